// What jsdom lacks and Grafana's packages use, on top of the scaffold's own set-up.
require('./.config/jest-setup.js');
/** Node's own keeps the test process alive once a port listens; React's scheduler needs no more than this. */
global.MessageChannel = class {
  constructor() {
    const port = () => ({ onmessage: null, close() {} });
    [this.port1, this.port2] = [port(), port()];
    const connect = (from, to) => {
      from.postMessage = (data) => void setTimeout(() => to.onmessage?.({ data }), 0);
    };
    connect(this.port1, this.port2);
    connect(this.port2, this.port1);
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

// Comboboxes measure their text: every letter is eight pixels wide here.
HTMLCanvasElement.prototype.getContext = () => ({ measureText: (text) => ({ width: 8 * String(text).length }) });
