/** Where steps and words appear: steps as items of a list, words between the lists. */
export function reportIn(body) {
  let list = null;
  const add = (to, tag, ...content) => {
    const element = to.appendChild(document.createElement(tag));
    element.append(...content);
    return element;
  };
  body.replaceChildren();
  return {
    say(words, tag = 'p') {
      list = null;
      return add(body, tag, words);
    },
    step(words, holds, why = '') {
      list ??= add(body, 'ol');
      add(add(list, 'li', `${words} `), 'strong', holds ? 'holds' : 'does not hold').after(holds ? '' : ` ${why}`);
      return holds;
    },
  };
}
