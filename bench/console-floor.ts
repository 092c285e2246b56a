/** The least that a console can be: a list of rows, j and k, a clock, painted by comparing lines. What the bench compares with. */
const { stdin, stdout } = process;
const total = 200;
const eventsPerSecond = Number(process.env.FLOOR_EVENTS ?? 0);
let selected = 0;
let events = 100_000;
let painted: string[] = [];

function lines(): string[] {
  const columns = stdout.columns;
  const rows = stdout.rows;
  const top = Math.min(Math.max(0, selected - 10), total - 20);
  const time = new Date().toISOString().slice(11, 19);
  const out = [` mcptui floor · ${time}`];
  for (let slot = 0; slot < 20; slot += 1) {
    const index = top + slot;
    const left = 252 - (Math.floor(Date.now() / 1000) % 200);
    const text = ` server${String(index).padStart(3, '0')}-1  RUNNING  healthy  11  0  4d3h  ${left}s  tools/list p50 14ms p95 31ms`;
    out.push(index === selected ? `\u001B[7m▸${text.padEnd(columns - 1)}\u001B[0m` : ` ${text}`);
  }
  for (let row = out.length; row < rows; row += 1) {
    const n = events - rows + row;
    out.push(` #${n}  claude-code  tool_call_trace  fs/tool_${n % 7}  ok  ${n % 60}ms`);
  }
  return out;
}

function paint(): void {
  const next = lines();
  let bytes = '';
  for (const [row, line] of next.entries()) {
    if (painted[row] !== line) bytes += `\u001B[${row + 1};1H${line}\u001B[K`;
  }
  painted = next;
  if (bytes !== '') stdout.write(`\u001B[?2026h${bytes}\u001B[?2026l`);
}

stdout.write('\u001B[?1049h\u001B[?25l');
stdin.setRawMode(true);
stdin.on('data', (data) => {
  for (const key of String(data)) {
    if (key === 'j') selected = Math.min(total - 1, selected + 1);
    if (key === 'k') selected = Math.max(0, selected - 1);
    if (key === 'q') {
      stdout.write('\u001B[?25h\u001B[?1049l');
      process.exit(0);
    }
  }
  paint();
});
paint();
setInterval(paint, 1000);
if (eventsPerSecond > 0) {
  setInterval(() => {
    events += eventsPerSecond / 10;
    paint();
  }, 100);
}
