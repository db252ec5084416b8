/* page.js - makes the static charts of the page move: zoom, cursors that go together, keys. Names
 * are set as text only; what dygraphs writes as markup (labels of axes) is numbers and times. */
(function () {
'use strict';

var charts = JSON.parse(document.getElementById('charts').textContent);
var dashes = [null, [7, 3], [2, 3], [9, 3, 2, 3], [12, 4], [4, 2], [9, 2, 2, 2, 2, 2], null];
var curves = {};
var live = [];       /* charts that move */
var extent = null;   /* of time that is seen, in ms; null: all */
var cursor = null;   /* ms */
var isSyncing = false;

function byId(id) { return document.getElementById(id); }

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/* -- numbers of a curve: seconds since its base, then its columns, as float64 ------------------- */

function readCurve(id) {
  if (curves[id]) { return curves[id]; }
  var element = byId(id);
  var text = atob(element.textContent);
  var bytes = new Uint8Array(text.length);
  for (var i = 0; i < text.length; i++) { bytes[i] = text.charCodeAt(i); }
  var flat = new Float64Array(bytes.buffer);
  var count = Number(element.dataset.count);
  var base = Number(BigInt(element.dataset.base) / 1000n) / 1000;
  var times = new Float64Array(count);
  for (i = 0; i < count; i++) { times[i] = base + flat[i] * 1000; }
  var columns = [];
  for (var c = 1; c <= Number(element.dataset.columns); c++) {
    columns.push(flat.subarray(c * count, (c + 1) * count));
  }
  curves[id] = {times: times, columns: columns};
  return curves[id];
}

/* The last place whose time is not after `time`; -1: there is none. */
function placeOf(times, time) {
  var low = -1, high = times.length;
  while (high - low > 1) {
    var middle = (low + high) >> 1;
    if (times[middle] <= time) { low = middle; } else { high = middle; }
  }
  return low;
}

function valueAt(line, time) {
  var curve = readCurve(line.curve);
  var place = placeOf(curve.times, time);
  if (place < 0) { return NaN; }
  if (place + 1 < curve.times.length && !line.step &&
      curve.times[place + 1] - time < time - curve.times[place]) {
    place++;
  }
  return curve.columns[line.column][place];
}

/* Rows for dygraphs: times of all curves merged; null where a curve has none, NaN where it breaks. */
function makeRows(chart) {
  var ids = [];
  chart.lines.forEach(function (line) { if (ids.indexOf(line.curve) < 0) { ids.push(line.curve); } });
  var at = ids.map(function () { return 0; });
  var all = ids.map(readCurve);
  var rows = [];
  for (;;) {
    var next = Infinity;
    all.forEach(function (curve, k) {
      if (at[k] < curve.times.length) { next = Math.min(next, curve.times[at[k]]); }
    });
    if (next === Infinity) { return rows; }
    var row = [next];
    chart.lines.forEach(function (line) {
      var k = ids.indexOf(line.curve);
      var has = at[k] < all[k].times.length && all[k].times[at[k]] === next;
      row.push(has ? all[k].columns[line.column][at[k]] : null);
    });
    all.forEach(function (curve, k) {
      if (at[k] < curve.times.length && curve.times[at[k]] === next) { at[k]++; }
    });
    rows.push(row);
  }
}

/* -- text --------------------------------------------------------------------------------------- */

function number(value) {
  if (!isFinite(value)) { return '\u2013'; }
  var text = Math.abs(value) >= 1e15 ? value.toPrecision(6)
    : value.toLocaleString('en-US', {maximumSignificantDigits: Math.abs(value) >= 1000 ? 9 : 6});
  return text.replace(/,/g, '\u202f').replace('-', '\u2212');
}

function show(chart, value) {
  if (!isFinite(value)) { return '\u2013'; }
  if (chart.scale === 'percent') { return number(Math.round(value * 1e6) / 1e4) + '\u202f%'; }
  return number(value) + (chart.scale === 'factor' ? '\u00d7' : '');
}

function timeText(time) {
  return new Date(time).toISOString().replace('T', ' ').replace(/\.000Z$/, 'Z');
}

/* -- what goes together ------------------------------------------------------------------------- */

function placeMarks(item) {
  var area = item.graph.getArea();
  item.marks.forEach(function (mark) {
    var x = item.graph.toDomXCoord(Number(mark.dataset.ts) / 1e6);
    var y = item.graph.toDomYCoord(Number(mark.dataset.value));
    var isIn = x >= area.x - 1 && x <= area.x + area.w + 1;
    mark.style.left = x + 'px';
    mark.style.top = Math.min(Math.max(y, area.y), area.y + area.h) + 'px';
    mark.style.visibility = isIn ? '' : 'hidden';
  });
}

function placeCursor(item) {
  var area = item.graph.getArea();
  var x = cursor === null ? -1 : item.graph.toDomXCoord(cursor);
  item.line.hidden = x < area.x || x > area.x + area.w;
  item.line.style.left = x + 'px';
  item.line.style.top = area.y + 'px';
  item.line.style.height = area.h + 'px';
  item.outputs.forEach(function (output, i) {
    output.textContent = cursor === null ? '' : show(item.chart, valueAt(item.chart.lines[i], cursor));
  });
}

function setCursor(time) {
  cursor = time;
  live.forEach(placeCursor);
}

function setExtent(from, to, except) {
  extent = from === null ? null : [from, to];
  if (isSyncing) { return; }
  live.forEach(function (item) { item.isLate = item !== except; });
  catchUp();
}

/* Charts that are near what is seen follow at once, the others when they come near. */
function catchUp() {
  isSyncing = true;
  live.forEach(function (item) {
    var box = item.line.parentNode.getBoundingClientRect();
    if (item.isLate && box.bottom > -200 && box.top < window.innerHeight + 200) {
      item.isLate = false;
      item.graph.updateOptions({dateWindow: extent || [item.chart.first, item.chart.last]});
    }
  });
  isSyncing = false;
}

function onDraw(item, isInitial) {
  placeMarks(item);
  placeCursor(item);
  if (isInitial || isSyncing) { return; }
  var seen = item.graph.xAxisRange();
  if (extent === null || seen[0] !== extent[0] || seen[1] !== extent[1]) {
    requestAnimationFrame(function () { setExtent(seen[0], seen[1], item); });
  }
}

/* The surplus of the first line over the second, and where it is missing. */
function drawBand(chart, context, area, graph) {
  var curve = readCurve(chart.lines[0].curve);
  var over = curve.columns[chart.lines[0].column];
  var under = curve.columns[chart.lines[1].column];
  var seen = graph.xAxisRange();
  var first = Math.max(placeOf(curve.times, seen[0]), 0);
  var last = Math.min(placeOf(curve.times, seen[1]) + 1, curve.times.length - 1);
  [['--surplus', Math.max], ['--deficit', Math.min]].forEach(function (kind) {
    context.fillStyle = colour(kind[0]);
    context.beginPath();
    for (var i = first; i <= last; i++) {
      context.lineTo(graph.toDomXCoord(curve.times[i]), graph.toDomYCoord(kind[1](over[i], under[i])));
    }
    for (i = last; i >= first; i--) {
      context.lineTo(graph.toDomXCoord(curve.times[i]), graph.toDomYCoord(under[i]));
    }
    context.fill();
  });
}

/* -- keys --------------------------------------------------------------------------------------- */

function onKey(item, event) {
  var chart = item.chart;
  var times = readCurve(chart.lines[0].curve).times;
  var seen = item.graph.xAxisRange();
  var now = cursor === null || cursor < seen[0] || cursor > seen[1] ? seen[0] : cursor;
  var jump = event.shiftKey ? Math.max(1, Math.round(times.length / 20)) : 1;
  var place = placeOf(times, now);
  var wide = seen[1] - seen[0];
  switch (event.key) {
  case 'ArrowRight': now = times[Math.min(place + jump, times.length - 1)]; break;
  case 'ArrowLeft': now = times[Math.max(place - jump, 0)]; break;
  case 'Home': now = times[0]; break;
  case 'End': now = times[times.length - 1]; break;
  case '+': case '=': setExtent(Math.max(now - wide / 4, chart.first), Math.min(now + wide / 4, chart.last)); break;
  case '-': setExtent(Math.max(now - wide, chart.first), Math.min(now + wide, chart.last)); break;
  case '0': case 'Escape': setExtent(null); break;
  default: return;
  }
  event.preventDefault();
  setCursor(now);
  byId('live').textContent = timeText(now) + ': ' + chart.lines.map(function (line) {
    return line.label + ' ' + show(chart, valueAt(line, now));
  }).join('; ');
}

/* -- a chart comes alive when it is near what is seen -------------------------------------------- */

function style(item) {
  var series = {};
  item.chart.lines.forEach(function (line, i) {
    series[String(i)] = {
      color: colour('--c' + line.colour),
      strokePattern: line.dots ? null : dashes[line.colour],
      strokeWidth: line.dots ? 0 : 1.6,
      drawPoints: line.dots,
      pointSize: 3,
      stepPlot: line.step,
      showInRangeSelector: i === 0
    };
  });
  return {
    series: series,
    axisLineColor: colour('--soft'),
    gridLineColor: colour('--hair'),
    rangeSelectorPlotStrokeColor: colour('--c0'),
    rangeSelectorPlotFillColor: colour('--c0'),
    rangeSelectorForegroundStrokeColor: colour('--soft'),
    rangeSelectorBackgroundStrokeColor: colour('--hair')
  };
}

function enliven(chart) {
  var figure = byId(chart.id);
  var plot = figure.querySelector('.plot');
  var element = document.createElement('div');
  element.className = 'live';
  plot.insertBefore(element, plot.firstChild);
  plot.classList.add('on');
  if (chart.ruler) { plot.classList.add('ruler'); }
  var line = document.createElement('div');
  line.className = 'cursor';
  line.hidden = true;
  plot.appendChild(line);
  var item = {
    chart: chart, line: line,
    outputs: Array.prototype.slice.call(figure.querySelectorAll('.legend output')),
    marks: Array.prototype.slice.call(plot.querySelectorAll('.mark'))
  };
  var narrow = window.innerWidth < 640;
  var options = {
    labels: ['time'].concat(chart.lines.map(function (_, i) { return String(i); })),
    labelsUTC: true, legend: 'never', showLabelsOnHighlight: false, highlightCircleSize: 0,
    connectSeparatedPoints: true, includeZero: chart.zero, yRangePad: 8, animatedZooms: false,
    dateWindow: extent || [chart.first, chart.last],
    showRangeSelector: chart.ruler, rangeSelectorHeight: 36, rightGap: narrow ? 6 : 12,
    axes: {
      x: {ticker: Dygraph.dateTicker, axisLabelFormatter: Dygraph.dateAxisLabelFormatter,
          pixelsPerLabel: narrow ? 80 : 100},
      y: {axisLabelWidth: narrow ? 58 : 68, axisLabelFormatter: function (value) { return show(chart, value); }}
    },
    drawCallback: function (graph, isInitial) { item.graph = graph; onDraw(item, isInitial); }
  };
  if (chart.band) {
    options.underlayCallback = function (context, area, graph) { drawBand(chart, context, area, graph); };
  }
  Object.assign(options, style(item));
  item.graph = new Dygraph(element, makeRows(chart), options);
  plot.tabIndex = 0;
  plot.setAttribute('role', 'application');
  plot.setAttribute('aria-labelledby', chart.id + '-t');
  plot.setAttribute('aria-description',
    'Arrow keys move the cursor, plus and minus zoom, 0 shows all.');
  plot.addEventListener('keydown', function (event) {
    if (event.target === plot) { onKey(item, event); }
  });
  plot.addEventListener('mousemove', function (event) {
    setCursor(item.graph.toDataXCoord(event.clientX - plot.getBoundingClientRect().left));
  });
  plot.addEventListener('dblclick', function () { setExtent(null); });
  figure.dataset.live = '1';
  live.push(item);
}

/* -- tables and links --------------------------------------------------------------------------- */

function cellKey(row, column) {
  var cell = row.cells[column];
  var exact = cell.querySelector('data, time');
  if (!exact) { return cell.textContent; }
  return exact.tagName === 'DATA' ? Number(exact.value) : exact.dateTime;
}

function makeSortable(table) {
  Array.prototype.forEach.call(table.tHead.rows[0].cells, function (head, column) {
    var button = document.createElement('button');
    while (head.firstChild) { button.appendChild(head.firstChild); }
    head.appendChild(button);
    button.addEventListener('click', function () {
      var sign = head.getAttribute('aria-sort') === 'ascending' ? -1 : 1;
      var body = table.tBodies[0];
      var rows = Array.prototype.slice.call(body.rows);
      rows.sort(function (a, b) {
        var x = cellKey(a, column), y = cellKey(b, column);
        return sign * (x < y ? -1 : x > y ? 1 : 0);
      });
      rows.forEach(function (row) { body.appendChild(row); });
      Array.prototype.forEach.call(table.tHead.rows[0].cells, function (other) {
        other.removeAttribute('aria-sort');
      });
      head.setAttribute('aria-sort', sign > 0 ? 'ascending' : 'descending');
    });
  });
}

/* The story that a mark leads to is opened and gets the focus. */
function onHash() {
  var target = /^#(liquidation|warning)-\d+$/.test(location.hash) ? byId(location.hash.slice(1)) : null;
  if (target && target.tagName === 'DETAILS') {
    target.open = true;
    target.querySelector('summary').focus();
  }
}

Array.prototype.forEach.call(document.querySelectorAll('table.sortable'), makeSortable);
window.addEventListener('hashchange', onHash);
window.addEventListener('scroll', function () { requestAnimationFrame(catchUp); }, {passive: true});
onHash();

var watcher = new IntersectionObserver(function (entries) {
  entries.forEach(function (entry) {
    if (entry.isIntersecting) {
      watcher.unobserve(entry.target);
      enliven(charts.filter(function (chart) { return chart.id === entry.target.id; })[0]);
    }
  });
}, {rootMargin: '400px 0px'});
charts.forEach(function (chart) { watcher.observe(byId(chart.id)); });

window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', function () {
  live.forEach(function (item) { item.graph.updateOptions(style(item)); });
});
}());
