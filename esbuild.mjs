// Builds every output: `node esbuild.mjs [--watch] [--tests]`.
import { build, context } from 'esbuild';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { globSync } from 'tinyglobby';
import { fileURLToPath } from 'node:url';
import path from 'node:path';

const root = path.dirname(fileURLToPath(import.meta.url));
const watch = process.argv.includes('--watch');
const tests = process.argv.includes('--tests');

const shared = { absWorkingDir: root, bundle: true, sourcemap: watch || tests ? 'linked' : false, minify: !watch && !tests, metafile: true, logLevel: watch ? 'silent' : 'warning', legalComments: 'none' };
const node = { ...shared, platform: 'node', format: 'cjs', target: 'node20' };
const inHost = { ...node, external: ['vscode', './languageClient'] };

/** One entry an output of the product. `languageClient` is apart so that activation does not load it. */
const product = [
  { ...inHost, entryPoints: { extension: 'src/extension.ts' }, outdir: 'dist' },
  { ...node, external: ['vscode'], entryPoints: { languageClient: 'src/host/languageClient/client.ts' }, outdir: 'dist' },
  // The parser's ES module asks for its own URL, which a CommonJS bundle has none of.
  { ...node, entryPoints: { server: 'src/server/main.ts', agent: 'src/agent/main.ts', cli: 'src/cli/main.ts', readerThread: 'src/source/syntax/readerThread.ts' }, outdir: 'dist', alias: { 'web-tree-sitter': './node_modules/web-tree-sitter/web-tree-sitter.cjs' } },
  {
    ...shared, platform: 'browser', format: 'iife', target: 'chrome120', entryPoints: { monitor: 'webview/monitor.ts' }, outdir: 'dist/webview',
    // The package does not tree-shake; its own bundle is 41 % smaller.
    alias: { '@vscode/webview-ui-toolkit': './node_modules/@vscode/webview-ui-toolkit/dist/toolkit.js' },
    loader: { '.ttf': 'file' }, assetNames: '[name]',
  },
];

const inTests = {
  ...node, external: ['vscode', 'mocha', 'playwright-core', 'playwright-core/*', '@vscode/test-electron', 'esbuild', 'web-tree-sitter'],
  define: { 'process.env.REPOSITORY': JSON.stringify(root) },
};

/** One bundle a tier: every `*.test.ts` of its folder is found, none is listed by hand. */
const testTiers = ['unit', 'integration', 'webview', 'live', 'e2e', 'bench', 'pictures'].map(tier => ({
  ...inTests,
  stdin: { contents: testEntry(tier, globSync(`test/${tier}/**/*.test.ts`, { cwd: root }).sort().map(file => `./${file.replaceAll('\\', '/')}`)), resolveDir: root, sourcefile: `${tier}.ts`, loader: 'ts' },
  outfile: `.build/test/${tier}.js`,
}));
// What is measured in a process of its own, by the Node that the product runs on.
const measured = { ...inTests, entryPoints: ['test/bench/serverWork.ts'], outfile: '.build/test/serverWork.js' };

/** Mocha loads most bundles itself. The one that VS Code loads exports `run`, which starts Mocha and only then defines the tests. */
function testEntry(tier, files) {
  if (tier !== 'integration') return files.map(file => `import '${file}';`).join('\n');
  return `import { runTests } from './test/harness/insideVsCode';\nexport const run = () => runTests(() => { ${files.map(file => `require('${file}');`).join(' ')} });`;
}

/** Lines that the problem matcher of .vscode/tasks.json understands. All bundles together are one build, which has ended when the last of them has. */
function watchReporter(bundles) {
  let awaited = bundles;
  let running = 0;
  console.log('[watch] build started');
  return {
    name: 'reporter',
    setup({ onStart, onEnd }) {
      onStart(() => {
        if (running++ === 0 && awaited <= 0) console.log('[watch] build started');
      });
      onEnd(({ errors }) => {
        for (const { text, location } of errors) console.error(`✘ [ERROR] ${text}${location ? `\n    ${location.file}:${location.line}:${location.column}:` : ''}`);
        awaited -= 1;
        if (--running === 0 && awaited <= 0) console.log('[watch] build finished');
      });
    },
  };
}

async function copyAssets() {
  await mkdir('dist/python', { recursive: true });
  const copies = [
    ['node_modules/web-tree-sitter/web-tree-sitter.wasm', 'dist/web-tree-sitter.wasm'],
    ['node_modules/@vscode/tree-sitter-wasm/wasm/tree-sitter-python.wasm', 'dist/tree-sitter-python.wasm'],
    ...globSync('python/**/*.py', { cwd: root }).map(file => [file, path.join('dist', file)]),
  ];
  await Promise.all(copies.map(([from, to]) => cp(path.join(root, from), path.join(root, to))));
}

/** The texts of the code as `bundle.l10n.json`, which a translation starts from; those of the manifest are in package.nls.json. */
async function writeTexts() {
  const literal = String.raw`'((?:[^'\\]|\\.)+)'`;
  const calls = [new RegExp(String.raw`(?<![\w.])(?:vscode\.l10n\.)?t\(\s*${literal}`, 'g'), new RegExp(String.raw`(?<![\w.])formatCount\([^']+?${literal}, ${literal}\)`, 'g')];
  const texts = new Set();
  for (const file of globSync(['src/host/**/*.ts', 'webview/**/*.ts'], { cwd: root })) {
    const source = await readFile(path.join(root, file), 'utf8');
    for (const call of calls) for (const [, ...found] of source.matchAll(call)) for (const text of found) texts.add(text.replace(/\\(.)/g, '$1'));
  }
  await mkdir(path.join(root, 'l10n'), { recursive: true });
  await writeFile(path.join(root, 'l10n', 'bundle.l10n.json'), JSON.stringify(Object.fromEntries([...texts].sort().map(text => [text, text])), null, 2) + '\n');
}

if (!watch) await rm(path.join(root, 'dist'), { recursive: true, force: true });
await copyAssets();
await writeTexts();
if (watch) {
  const bundles = [...product, ...tests ? [...testTiers, measured] : []];
  const reporter = watchReporter(bundles.length);
  for (const options of bundles) await (await context({ ...options, plugins: [reporter] })).watch();
} else {
  const results = await Promise.all([...product, ...tests ? [...testTiers, measured] : []].map(options => build(options)));
  const inputs = {};
  for (const { metafile } of results) for (const [file, { inputs: used }] of Object.entries(metafile.outputs)) if (file.endsWith('.js')) inputs[file] = Object.keys(used);
  await mkdir(path.join(root, '.build'), { recursive: true });
  await writeFile(path.join(root, '.build/inputs.json'), JSON.stringify(inputs, null, 1));
}
