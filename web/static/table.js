// The tables of the data: sort by a column, show only rows that hold some words, and open at the rows of one study.
const table = document.querySelector("table.data");
if (table) {
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const tools = document.querySelector(".find");
  const [input, all, status] = ["input", "button", "span"].map((name) => tools.querySelector(name));
  const words = rows.map((row) => row.textContent.toLowerCase());
  tools.hidden = false;

  const show = (wanted) => {
    let shown = 0;
    rows.forEach((row, i) => {
      row.hidden = !wanted(row, words[i]);
      shown += !row.hidden;
    });
    status.textContent = `${shown} of ${rows.length} rows`;
  };
  const find = () => {
    const sought = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    show((row, text) => sought.every((word) => text.includes(word)));
  };
  const fromAddress = () => {
    const key = decodeURIComponent(location.hash.slice(1));
    const first = rows.find((row) => row.dataset.key === key);
    if (first) {
      input.value = "";
      show((row) => row.dataset.key === key);
      status.textContent += ` (${first.cells[0].textContent})`;
    } else find();
  };
  input.addEventListener("input", find);
  all.addEventListener("click", () => {
    input.value = "";
    history.replaceState(null, "", location.pathname + location.search);
    find();
  });
  addEventListener("hashchange", fromAddress);
  fromAddress();

  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const down = head.ariaSort === "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.ariaSort = down ? "descending" : "ascending";
      const value = (row) => row.cells[column].textContent.trim();
      const compare = head.dataset.kind === "number"
        ? (a, b) => value(a) - value(b) : (a, b) => value(a).localeCompare(value(b), "en");
      // Empty cells come last either way: nobody knows where they belong.
      const sorted = [...rows].sort((a, b) => (value(a) === "") - (value(b) === "") || (down ? -1 : 1) * compare(a, b));
      body.append(...sorted);
    });
  });
}
