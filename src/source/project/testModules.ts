/** Whether a module's dotted name says that it holds tests. */
export function isTestModule(name: string): boolean {
  return /(^|\.)(tests?|testing|test_\w+|\w+_tests?|conftest)(\.|$)/.test(name);
}
