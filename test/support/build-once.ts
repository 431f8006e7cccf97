import { execFileSync } from 'node:child_process';

/** Worker threads load compiled files: build them once, so that no test ever runs against yesterday's workers. */
export function setup(): void {
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
    stdio: 'inherit',
  });
}
