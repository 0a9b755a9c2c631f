// What jsdom lacks and Grafana's packages use, on top of the scaffold's own set-up.
require('./.config/jest-setup.js');
const { MessageChannel } = require('node:worker_threads');

/** React's scheduler keeps the port open; an unreferenced one lets the test process end. */
global.MessageChannel = class extends MessageChannel {
  constructor() {
    super();
    this.port1.unref();
    this.port2.unref();
  }
};
global.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
};
global.IntersectionObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
};
Element.prototype.scrollIntoView ??= function () {};
