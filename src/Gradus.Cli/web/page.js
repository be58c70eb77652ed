/*! Draws with Apache ECharts, Copyright 2017-2025 The Apache Software Foundation, under the Apache License, Version 2.0. */
// The script of a page: draws each chart whose option stands as JSON in the page, in the colours of the reader's light or dark
// scheme, and again when the scheme or the width changes.
import { CustomChart, LineChart, ParallelChart, ScatterChart } from "echarts/charts";
import {
  AriaComponent, GridComponent, LegendScrollComponent, ParallelComponent, TooltipComponent, VisualMapContinuousComponent,
} from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([
  AriaComponent, CustomChart, GridComponent, LegendScrollComponent, LineChart, ParallelChart, ParallelComponent, ScatterChart, SVGRenderer,
  TooltipComponent, VisualMapContinuousComponent,
]);

// Okabe and Ito's colours, which differ for colour-blind readers too; black is left out, and yellow is darker on white.
const palettes = {
  light: ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b8860b", "#56b4e9", "#8a5fbf", "#7f7f7f", "#a23b3b", "#3b7a3b", "#444c9c", "#c2185b"],
  dark: ["#56b4e9", "#f08c4a", "#2fc39a", "#e09bc0", "#f0e442", "#8fd0ff", "#b99be6", "#b0b0b0", "#e07b7b", "#8fd18f", "#8f98ea", "#ff7aa8"],
};
const dark = matchMedia("(prefers-color-scheme: dark)");
const number = new Intl.NumberFormat("en", { maximumSignificantDigits: 4 });
const show = value => typeof value === "number" ? number.format(value) : value ?? "none";

// A bar from low to high at x, as a custom series with the data [x, low, high].
function errorBar(parameters, api) {
  const [x, low] = api.coord([api.value(0), api.value(1)]);
  const high = api.coord([api.value(0), api.value(2)])[1];
  const style = { stroke: api.visual("color"), lineWidth: 1.5, fill: "none" };
  const line = (x1, y1, x2, y2) => ({ type: "line", shape: { x1, y1, x2, y2 }, style, transition: [] });
  return { type: "group", silent: true, children: [line(x - 5, low, x + 5, low), line(x, low, x, high), line(x - 5, high, x + 5, high)] };
}

function themed(option) {
  const styles = getComputedStyle(document.documentElement);
  const [text, faint, line] = ["--text", "--faint", "--line"].map(name => styles.getPropertyValue(name).trim());
  const color = palettes[dark.matches ? "dark" : "light"];
  const axis = given => given && {
    ...given, nameTextStyle: { color: faint, ...(given.nameLocation === "end" ? { align: "left" } : {}), ...given.nameTextStyle },
    axisLabel: { color: faint, hideOverlap: true, ...given.axisLabel },
    axisLine: { lineStyle: { color: line }, ...given.axisLine },
    axisTick: { lineStyle: { color: line }, ...given.axisTick },
    splitLine: { lineStyle: { color: line, opacity: 0.6 }, ...given.splitLine },
  };
  const each = given => Array.isArray(given) ? given.map(axis) : axis(given);
  const names = [...new Set((option.series ?? []).filter(series => series.type !== "custom").map(series => series.name))];
  const colorOf = name => color[Math.max(0, names.indexOf(name)) % color.length];
  const hasLegend = names.length > 1 && option.legend !== false;
  return {
    color, animation: false, aria: { enabled: true }, backgroundColor: "transparent", ...option,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: text },
    grid: { left: 16, right: 24, top: hasLegend ? 64 : 36, bottom: 40, containLabel: true, ...option.grid },
    legend: hasLegend
      ? { type: "scroll", top: 0, textStyle: { color: text }, pageTextStyle: { color: text }, data: names, ...option.legend } : undefined,
    tooltip: {
      trigger: "axis", confine: true, valueFormatter: show, backgroundColor: styles.getPropertyValue("--back").trim(), borderColor: line,
      textStyle: { color: text }, ...option.tooltip,
    },
    xAxis: each(option.xAxis), yAxis: each(option.yAxis), parallelAxis: each(option.parallelAxis),
    series: (option.series ?? []).map(series => series.type === "custom"
      ? { ...series, renderItem: errorBar, tooltip: { show: false }, itemStyle: { color: colorOf(series.name) }, z: 3 }
      : { ...series, ...(option.visualMap ? {} : { itemStyle: { color: colorOf(series.name) } }) }),
  };
}

let charts = [];

function draw() {
  for (const chart of charts)
    chart.dispose();
  charts = [...document.querySelectorAll("figure[data-chart]")].map(figure => {
    const chart = init(figure.querySelector("div"), null, { renderer: "svg" });
    chart.setOption(themed(JSON.parse(document.getElementById(figure.dataset.chart).textContent)));
    return chart;
  });
}

draw();
dark.addEventListener("change", draw);
let waiting;
addEventListener("resize", () => {
  clearTimeout(waiting);
  waiting = setTimeout(draw, 100);
});
