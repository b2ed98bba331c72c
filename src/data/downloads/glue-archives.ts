/**
 * Where GLUE's files are, how long they are and what they hash to.
 *
 * @source addresses, sizes and SHA-256 of all of them: huggingface/datasets datasets/glue/dataset_infos.json at 040102f
 */

export const glueServer = 'https://dl.fbaipublicfiles.com';

export interface RemoteFile {
  /** Below the server's address. */
  path: string;
  bytes: number;
  sha256: string;
}

export interface GlueArchive {
  /** Of the task, and within the archive. */
  folder: string;
  sources: readonly RemoteFile[];
  /** What stands in the folder in the end. */
  files: readonly string[];
}

const usualFiles = ['train.tsv', 'dev.tsv', 'test.tsv'];
const mnliFiles = ['matched', 'mismatched'].flatMap((part) => [`dev_${part}.tsv`, `test_${part}.tsv`]);

/** MRPC is not hosted as an archive: its files are put together from the corpus and a list of dev rows. */
export const mrpcFolder = 'MRPC';

// biome-ignore format: a table reads best in rows
export const glueArchives: readonly GlueArchive[] = [
  zip('CoLA', 'CoLA.zip', 376_971, 'f212fcd832b8f7b435fb991f101abf89f96b933ab400603bf198960dfc32cbff'),
  zip('SST-2', 'SST-2.zip', 7_439_277, 'd67e16fb55739c1b32cdce9877596db1c127dc322d93c082281f64057c16deaa'),
  {
    folder: mrpcFolder,
    files: usualFiles,
    sources: [
      { path: 'senteval/senteval_data/msr_paraphrase_train.txt', bytes: 1_047_044, sha256: '60a9b09084528f0673eedee2b69cb941920f0b8cd0eeccefc464a98768457f89' },
      { path: 'senteval/senteval_data/msr_paraphrase_test.txt', bytes: 441_275, sha256: 'a04e271090879aaba6423d65b94950c089298587d9c084bf9cd7439bd785f784' },
      { path: 'glue/data/mrpc_dev_ids.tsv', bytes: 6222, sha256: '971d7767d81b997fd9060ade0ec23c4fc31cbb226a55d1bd4a1bac474eb81dc7' },
    ],
  },
  zip('STS-B', 'STS-B.zip', 802_872, 'e60a6393de5a8b5b9bac5020a1554b54e3691f9d600b775bd131e613ac179c85'),
  zip('QQP', 'QQP-clean.zip', 41_696_084, '40e7c862c04eb26ee04b67fd900e76c45c6ba8e6d8fab4f8f1f8072a1a3fbae0'),
  zip('MNLI', 'MNLI.zip', 312_783_507, 'e7c1d896d26ed6caf700110645df426cc2d8ebf02a5ab743d5a5c68ac1c83633', ['train.tsv', ...mnliFiles]),
  zip('QNLI', 'QNLIv2.zip', 10_627_589, 'e634e78627a29adaecd4f955359b22bf5e70f2cbd93b493f2d624138a0c0e5f5'),
  zip('RTE', 'RTE.zip', 697_150, '6bf86de103ecd335f3441bd43574d23fef87ecc695977a63b82d5efb206556ee'),
  zip('WNLI', 'WNLI.zip', 28_999, 'ae0e8e4d16f4d46d4a0a566ec7ecceccfd3fbfaa4a7a4b4e02848c0f2561ac46'),
];

function zip(folder: string, name: string, bytes: number, sha256: string, files = usualFiles): GlueArchive {
  return { folder, sources: [{ path: `glue/data/${name}`, bytes, sha256 }], files };
}
