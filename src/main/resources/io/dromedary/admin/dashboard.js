"use strict";
const CONTROL = "/api/petal-proxies-control/";
let lastLine = 0;
const id = name => document.getElementById(name);

// Everything is set as text: names and reasons come from outside.
function row(list, key, name, state, why, extra) {
  const item = document.createElement("li");
  item.dataset.name = key;
  for (const [kind, text] of [["name", name], [state, state], ["why", why || ""]]) {
    const part = document.createElement("span");
    part.className = kind;
    part.textContent = text;
    item.append(part);
  }
  if (extra) item.append(extra);
  list.append(item);
}

function toggle(kind, entry) {
  const button = document.createElement("button");
  const action = entry.enabled ? "OFF" : "ON";
  button.textContent = entry.enabled ? "Switch off" : "Switch on";
  button.setAttribute("aria-label", button.textContent + " " + entry.name);
  button.onclick = async () => {
    button.disabled = true;
    const answer = await ask(CONTROL + kind + "/control", { method: "POST", headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ petals: [entry.name], action }) });
    id("note").textContent = (answer.errors || answer.results || []).join(" ") || answer.message;
    refresh();
  };
  return button;
}

async function ask(path, options) {
  const response = await fetch(path, options);
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.detail || response.statusText);
  return answer;
}

function health(services, name) {
  return services.find(service => service.component_name === name);
}

async function refresh() {
  try {
    const [overview, components, activity] = await Promise.all([ask("/health/overview"), ask(CONTROL + "components/list"),
      ask("/admin-dashboard/activity?after=" + lastLine)]);
    id("overall").textContent = overview.message;
    id("overall").className = overview.status;
    const proxies = document.createDocumentFragment();
    for (const proxy of components.proxies) {
      const found = health(overview.services, proxy.name);
      row(proxies, proxy.name, proxy.name, proxy.enabled ? (found ? found.status : "on") : "off",
        proxy.enabled ? found && found.message : proxy.configured ? "switched off" : "not configured",
        proxy.configured ? toggle("proxies", proxy) : null);
    }
    id("proxies").replaceChildren(proxies);
    const flows = document.createDocumentFragment();
    for (const flow of components.petals) {
      const canSwitch = flow.reason !== "not configured" && flow.name !== "bus" && flow.name !== "proxies";
      row(flows, flow.name, flow.name, flow.enabled ? (flow.reason ? "unhealthy" : "on") : "off", flow.reason || flow.title,
        canSwitch ? toggle("petals", flow) : null);
    }
    id("flows").replaceChildren(flows);
    const jobs = document.createDocumentFragment();
    for (const job of activity.jobs) {
      const bar = document.createElement("progress");
      bar.max = 100;
      bar.value = job.progress;
      row(jobs, job.id, job.type, job.status, job.message, bar);
    }
    id("jobs").replaceChildren(jobs);
    const commands = document.createDocumentFragment();
    for (const command of activity.commands) row(commands, command.id, command.command, command.outcome, command.at + ", " + command.millis + " ms");
    id("commands").replaceChildren(commands);
    if (activity.log.length) {
      lastLine = activity.last;
      const log = id("log");
      const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
      log.textContent = (log.textContent + activity.log.join("\n") + "\n").split("\n").slice(-500).join("\n");
      if (atEnd) log.scrollTop = log.scrollHeight;
    }
  } catch (error) {
    id("overall").textContent = "no answer: " + error.message;
    id("overall").className = "error";
  }
}

refresh();
setInterval(refresh, 2000);
