"""Reads event files without any of our code or a library: records, checksums, fields. Prints one JSON array of events.

The format: tensorflow/tensorflow, tensorflow/core/lib/io/record_writer.h; tensorflow/tensorboard,
tensorboard/compat/proto/{event,summary,histogram}.proto. CRC-32C: RFC 3720, appendix B.4.
"""
import json
import struct
import sys


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def masked(data):
    crc = crc32c(data)
    return (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF


def records(data):
    at = 0
    while at < len(data):
        (length,) = struct.unpack_from("<Q", data, at)
        (of_length,) = struct.unpack_from("<I", data, at + 8)
        assert of_length == masked(data[at : at + 8]), f"checksum of the length at byte {at}"
        body = data[at + 12 : at + 12 + length]
        (of_body,) = struct.unpack_from("<I", data, at + 12 + length)
        assert len(body) == length and of_body == masked(body), f"checksum of the event at byte {at}"
        yield body
        at += 16 + length


def varint(data, at):
    value = shift = 0
    while True:
        value |= (data[at] & 127) << shift
        shift += 7
        at += 1
        if data[at - 1] < 128:
            return value, at


def fields(data):
    """Every field of a message as (number, value): bytes, or a number by the type on the wire."""
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        kind = key & 7
        if kind == 0:
            value, at = varint(data, at)
        elif kind == 1:
            value, at = struct.unpack_from("<d", data, at)[0], at + 8
        elif kind == 2:
            size, at = varint(data, at)
            value, at = data[at : at + size], at + size
        elif kind == 5:
            value, at = struct.unpack_from("<f", data, at)[0], at + 4
        else:
            raise ValueError(f"wire type {kind}")
        yield key >> 3, value


def doubles(data):
    return list(struct.unpack(f"<{len(data) // 8}d", data))


def histogram(data):
    names = {1: "min", 2: "max", 3: "count", 4: "sum", 5: "sumOfSquares", 6: "limits", 7: "counts"}
    return {names[n]: doubles(v) if n >= 6 else v for n, v in fields(data)}


def value(data):
    found = dict(fields(data))
    tag = {"tag": found[1].decode()}
    if 9 in found:
        tag["about"] = dict(fields(found[9]))[3].decode()
    return {**tag, "scalar": found[2]} if 2 in found else {**tag, "histogram": histogram(found[5])}


def event(data):
    found = dict(fields(data))
    result = {"wallTime": found[1], "step": found.get(2, 0)}
    if 3 in found:
        result["version"] = found[3].decode()
    if 7 in found:
        result["session"] = dict(fields(found[7]))[1]
    if 5 in found:
        result["values"] = [value(v) for n, v in fields(found[5]) if n == 1]
    return result


print(json.dumps([event(body) for path in sys.argv[1:] for body in records(open(path, "rb").read())]))
