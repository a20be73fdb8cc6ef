/** That a test message was sent from this browser: the server keeps no record of tests. */

const key = (workspace: number) => `ritorno.test-sent.${workspace}`;

export function hasSentTest(workspace: number): boolean {
  try {
    return localStorage.getItem(key(workspace)) !== null;
  } catch {
    return false;
  }
}

export function rememberTest(workspace: number): void {
  try {
    localStorage.setItem(key(workspace), new Date().toISOString());
  } catch {
    // Storage may be switched off in the browser; then the step stays open until a message leaves.
  }
}
