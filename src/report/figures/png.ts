/** Drawings as pixels, for slides. The font is in the package, so that text is there on a machine without any. */
import { createRequire } from 'node:module';
import { Resvg } from '@resvg/resvg-js';

const { resolve } = createRequire(import.meta.url);
const fontFiles = [
  resolve('@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf'),
  resolve('@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf'),
];

/** Twice the drawing's size: sharp on a projector. */
const zoom = 2;

/** @param svg with its colours, on white */
export function pngOf(svg: string): Uint8Array {
  const font = { fontFiles, loadSystemFonts: false, defaultFontFamily: 'Inter' };
  const image = new Resvg(svg, { font, background: '#ffffff', fitTo: { mode: 'zoom', value: zoom } });
  return image.render().asPng();
}
