// The page begins here: styles, then the shell, in a task of its own after the code was read.
import { mount } from 'svelte';
import App from './App.svelte';
import { breath } from './state/pause.ts';
import './style.css';

const target = document.querySelector('#app');
if (target) void breath().then(() => mount(App, { target }));
