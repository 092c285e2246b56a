export type TestProject = 'unit' | 'wire' | 'screen' | 'e2e' | 'crash';

/** Project → its test files, relative to the repository. */
export function testProjects(): Readonly<Record<TestProject, string[]>>;
