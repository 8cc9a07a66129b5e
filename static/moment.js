// Says where the slider of the past stands while it is moved; going there is the button's.
{
const slider = document.getElementById("moment-slider");
const said = document.getElementById("moment-said");
const ticks = new Map([...(slider?.list?.options ?? [])].map((option) => [option.value, option.label]));
const dayOf = (first, nth) => {
  const [year, month, day] = first.split("-").map(Number);
  const date = new Date(Date.UTC(year, month - 1, day + nth));
  const two = (number) => String(number).padStart(2, "0");
  return `${two(date.getUTCDate())}.${two(date.getUTCMonth() + 1)}.${date.getUTCFullYear()}`;
};
slider?.addEventListener("input", () => {
  const words = slider.dataset.first ? dayOf(slider.dataset.first, Number(slider.value)) : ticks.get(slider.value) ?? slider.value;
  said.textContent = words;
  slider.setAttribute("aria-valuetext", words);
});
}
