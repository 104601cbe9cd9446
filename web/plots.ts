/** CPU and memory of a program over the last hour. Loaded when a program is looked at. */
import uPlot from "uplot";
import type { UsageSample } from "../lib/http/api-types.ts";
import { h } from "./dom.ts";
import { bytes, percent } from "./format.ts";

const HOUR = 3600;
/** The shortest stretch of time that is drawn, in seconds. */
const SHORTEST = 300;
/** Without a sample for so long, in seconds, the line is broken. */
const GAP = 30;
const HEIGHT = 92;

const hourAndMinute = (time: number): string => {
  const date = new Date(time * 1000);
  return `${date.getHours()}:${String(date.getMinutes()).padStart(2, "0")}`;
};

type Series = [times: number[], values: (number | null)[]];

/** A small line of one value. */
class Plot {
  readonly element: HTMLElement;
  readonly #caption = h("figcaption");
  readonly #label: string;
  readonly #show: (value: number) => string;
  readonly #plot: uPlot;
  readonly #data: Series = [[], []];
  readonly #resize: ResizeObserver;

  constructor(label: string, least: number, show: (value: number) => string) {
    this.#label = label;
    this.#show = show;
    const box = h("div", { class: "plot", "aria-hidden": "true" });
    this.element = h("figure", { class: "plot-figure" }, this.#caption, box);
    const colour = (name: string) => () => getComputedStyle(document.documentElement).getPropertyValue(name);
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
        padding: [6, 4, 0, 0],
        scales: {
          x: { range: () => this.#span() },
          y: { range: (_plot, _from, to) => [0, Math.max(least, to * 1.15)] },
        },
        axes: [
          {
            ...axis,
            size: 22,
            font: "11px system-ui",
            space: 60,
            values: (_plot, ticks) => ticks.map(hourAndMinute),
          },
          { ...axis, size: 54, font: "11px system-ui", space: 26, values: (_plot, ticks) => ticks.map(show) },
        ],
        series: [
          {},
          {
            stroke: colour("--accent"),
            fill: colour("--accent-wash"),
            width: 1.5,
            points: { show: false },
            spanGaps: false,
          },
        ],
      },
      this.#data,
      box,
    );
    this.#resize = new ResizeObserver(() =>
      this.#plot.setSize({ width: Math.max(120, box.clientWidth), height: HEIGHT }),
    );
    this.#resize.observe(box);
  }

  /** @param time epoch seconds */
  push(time: number, value: number): void {
    const [times, values] = this.#data;
    const last = times.at(-1);
    if (last !== undefined && time <= last) return;
    if (last !== undefined && time - last > GAP) {
      times.push(last + 1);
      values.push(null);
    }
    times.push(time);
    values.push(value);
    while ((times[0] ?? time) < time - HOUR) {
      times.shift();
      values.shift();
    }
  }

  /** From the first sample to the last; where there is none, what has just passed. */
  #span(): [number, number] {
    const [times] = this.#data;
    const to = times.at(-1) ?? Date.now() / 1000;
    return [Math.min(to - SHORTEST, times[0] ?? to), to];
  }

  draw(): void {
    this.#plot.setData(this.#data);
    const values = this.#data[1].filter((value) => value !== null);
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
