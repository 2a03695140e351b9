/** Stops a script on a Node.js that the store's native module does not support (it crashes before 22.14). */

/** Exits with one plain sentence unless this is Node.js 22.14 or newer. */
export function requireNode(version = process.versions.node): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 14)) return;
  console.error(`Fieldbook needs Node.js 22.14 or newer; this is ${version}. Start it through npm (npm start, npm test): npm uses the Node.js that "npm install" put here.`);
  process.exit(1);
}
