#!/usr/bin/env node
// The `eidos` command. In an installed package it only starts the compiled program; in a checkout, known
// by its tools, it first installs and compiles what has changed.
import { existsSync } from 'node:fs';

const tools = new URL('../tools/project.mjs', import.meta.url);
if (existsSync(tools)) {
  const { build, install, say } = await import(tools.href);
  install();
  if (!build()) say('there are type errors (above); running what was compiled');
}
await import(new URL('../dist/cli/main.js', import.meta.url).href);
