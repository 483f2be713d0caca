// The log-in form of a customer account, as a shopper sees it.
() => {
  const shown = [...document.querySelectorAll("input")].filter(visible);
  const secret = shown.find((el) => el.type === "password" && !goesTo(el.form?.getAttribute("action"), "/password"));
  const form = secret?.form || null;
  // A newsletter asks for an e-mail address, too.
  const mine = form ? shown.filter((el) => el.form === form) : shown.filter((el) => !/^contact\[|newsletter/i.test(el.name));
  const mail = mine.find((el) => el.name === "customer[email]") || mine.find((el) => el.type === "email" || /(^|\s)(email|username)(\s|$)/.test(el.autocomplete || ""))
    || mine.find((el) => /e-?mail|user/i.test(el.name));
  const submit = form ? submitsOf(form).filter(visible)[0] : null;
  return {
    path: pathOf(location.href), host: location.host, page: performance.timeOrigin, ready: document.readyState !== "loading",
    status: performance.getEntriesByType("navigation")[0]?.responseStatus || null,
    email: mail ? path(mail) : null, password: secret ? path(secret) : null,
    submit: submit ? { path: path(submit), name: nameOf(submit), enabled: enabled(submit) } : null,
    said: [...new Set([...complaints(), ...(form ? [...form.querySelectorAll("p,li")].filter((el) => visible(el) && !el.querySelector("input,a,button")).map(read) : [])])].filter(Boolean).slice(0, 3),
  };
}
