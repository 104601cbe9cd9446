/** CPU and memory of a program over the last hour. Loaded when a program is looked at. */
import uPlot from "uplot";
import type { UsageSample } from "../lib/http/api-types.ts";
import { h, setText } from "./dom.ts";
import { bytes, percent } from "./format.ts";
import { Samples } from "./samples.ts";
import { colourNow } from "./theme.ts";

const HEIGHT = 72;

const hourAndMinute = (time: number): string => {
  const date = new Date(time * 1000);
  return `${date.getHours()}:${String(date.getMinutes()).padStart(2, "0")}`;
};

/** A small line of one value. */
class Plot {
  readonly element: HTMLElement;
  readonly #caption = h("figcaption");
  readonly #label: string;
  readonly #show: (value: number) => string;
  readonly #plot: uPlot;
  readonly #samples = new Samples();
  readonly #from = h("time");
  readonly #to = h("time");
  readonly #resize: ResizeObserver;

  constructor(label: string, least: number, show: (value: number) => string) {
    this.#label = label;
    this.#show = show;
    const box = h("div", { class: "plot", "aria-hidden": "true" });
    const times = h("div", { class: "plot-times" }, this.#from, this.#to);
    this.element = h("figure", { class: "plot-figure" }, this.#caption, box, times);
    const colour = (name: string) => () => colourNow(name);
    const axis = {
      stroke: colour("--dim"),
      grid: { stroke: colour("--line"), width: 1 },
      ticks: { show: false },
    };
    this.#plot = new uPlot(
      {
        width: 300,
        height: HEIGHT,
        legend: { show: false },
        cursor: { show: false },
        padding: [6, 4, 6, 0],
        scales: {
          x: { range: () => this.#samples.span() },
          y: { range: (_plot, _from, to) => [0, Math.max(least, to * 1.15)] },
        },
        axes: [
          { show: false },
          { ...axis, size: 54, font: "11px system-ui", space: 26, values: (_plot, ticks) => ticks.map(show) },
        ],
        series: [
          {},
          {
            stroke: colour("--accent"),
            fill: colour("--accent-wash"),
            width: 1.5,
            points: {
              show: true,
              size: 4,
              fill: colour("--accent"),
              filter: () => this.#samples.points(),
            },
            spanGaps: false,
          },
        ],
      },
      [[], []],
      box,
    );
    this.#resize = new ResizeObserver(() =>
      this.#plot.setSize({ width: Math.max(120, box.clientWidth), height: HEIGHT }),
    );
    this.#resize.observe(box);
  }

  /** @param time epoch seconds */
  push(time: number, value: number): void {
    this.#samples.push(time, value);
  }

  draw(): void {
    const { data } = this.#samples;
    this.#plot.setData([...data]);
    const [from, to] = this.#samples.span();
    setText(this.#from, hourAndMinute(from));
    setText(this.#to, hourAndMinute(to));
    const values = data[1].filter((value) => value !== null);
    const now = values.at(-1);
    const most = values.reduce((top, value) => Math.max(top, value), 0);
    this.#caption.textContent =
      now === undefined ? this.#label : `${this.#label} ${this.#show(now)}, peak ${this.#show(most)}`;
  }

  redraw(): void {
    this.#plot.redraw(false);
  }

  close(): void {
    this.#resize.disconnect();
    this.#plot.destroy();
  }
}

/**
 * Begins with `samples`, oldest first: CPU in percent of one core, memory in bytes. Listens for new colours until
 * `close`.
 */
export class UsagePlots {
  readonly element = h("div", { class: "plots" });
  readonly #cpu = new Plot("CPU", 10, percent);
  readonly #memory = new Plot("Memory", 4 * 1024 * 1024, bytes);
  readonly #scheme = matchMedia("(prefers-color-scheme: dark)");
  readonly #redraw = () => {
    this.#cpu.redraw();
    this.#memory.redraw();
  };

  constructor(samples: readonly UsageSample[]) {
    this.element.append(this.#cpu.element, this.#memory.element);
    for (const [time, cpu, rss] of samples) this.#push(time, cpu, rss);
    this.#draw();
    this.#scheme.addEventListener("change", this.#redraw);
    document.addEventListener("themechange", this.#redraw);
  }

  /** @param time epoch milliseconds */
  add(time: number, cpu: number, rss: number): void {
    this.#push(time, cpu, rss);
    this.#draw();
  }

  close(): void {
    this.#scheme.removeEventListener("change", this.#redraw);
    document.removeEventListener("themechange", this.#redraw);
    this.#cpu.close();
    this.#memory.close();
  }

  #push(time: number, cpu: number, rss: number): void {
    this.#cpu.push(time / 1000, cpu);
    this.#memory.push(time / 1000, rss);
  }

  #draw(): void {
    this.#cpu.draw();
    this.#memory.draw();
  }
}
