// The page of duties follows what others do (live.js). Whoever stands on a link or a button stays there.
{
const news = document.getElementById("news");
const { page, follow, exchange, linkTo, BY_ITSELF } = window.live;

follow(async () => {
  const there = await page(location.href, { headers: BY_ITSELF });
  const href = document.activeElement?.getAttribute?.("href");
  const others = exchange(there, ["counted", "lists", "side-tasks"]);
  if (href && document.activeElement === document.body) linkTo(href)?.focus({ preventScroll: true });
  if (others.length > 0) news.textContent = news.dataset.changed;
});
}
