// npm run build: compiles everything to dist/ and fails if a type is wrong.
import { build, install } from './project.mjs';

install();
process.exitCode = build({ force: true }) ? 0 : 1;
