import { spawn } from "node:child_process";

/** Deaths that nobody asked for within `withinMs` after which it is not started again. */
const mostDeaths = 20;
const withinMs = 60_000;

/** Tells a program that it is supervised, and when the start began that it is a part of, in milliseconds since 1970. */
const variable = "CALLBOARD_SUPERVISED";

/** Whether this process is the child of a supervisor that still runs. */
export const isSupervised = () => process.env[variable] !== undefined && process.connected === true;

/** Lets this process die with its supervisor, however that ends. */
export function endWithSupervisor() {
  process.once("disconnect", () => process.kill(process.pid, "SIGKILL"));
  // Nothing else is to be kept alive by it.
  process.channel.unref();
}

/**
 * Runs a program of Node's in a process of its own, and runs it again at once when a signal has ended it (`kill -9`,
 * a crash of Node): on the ports that it told of. What it ends with otherwise, this process ends with, and a signal to
 * this process is one to the program. The program may say `kill`, to be killed and started again.
 * @param {string[]} args of Node
 */
export function supervise(args) {
  // A program that began with this again would start itself without end.
  if (isSupervised()) throw new Error("a program under a supervisor cannot be one");
  // Its own supervisor ended before it could hear of that, and whoever ended it wants nothing to be left.
  if (process.env[variable] !== undefined && process.send) process.exit(129);
  const deaths = [];
  const env = { ...process.env };
  let began = performance.timeOrigin;
  let isStopping = false;
  let child = run();

  function run() {
    env[variable] = String(Math.round(began));
    const running = spawn(process.execPath, [...process.execArgv, ...args], {
      env,
      stdio: ["inherit", "inherit", "inherit", "ipc"],
    });
    let isAsked = false;
    running.on("message", (told) => {
      if (told.kill) isAsked = running.kill("SIGKILL");
      // A port that was free is the same again.
      else Object.assign(env, told.env);
    });
    running.on("error", (error) => {
      console.error(`Node could not be run: ${error.message}`);
      process.exit(1);
    });
    running.on("exit", (code, signal) => {
      if (signal === null && (isStopping || !isAsked)) process.exit(code);
      if (isStopping) endBy(signal);
      began = Date.now();
      if (!isAsked) deaths.push(began);
      while (deaths[0] < began - withinMs) deaths.shift();
      if (deaths.length >= mostDeaths) {
        console.error(`Callboard died ${deaths.length} times within a minute and is not started again.`);
        process.exit(1);
      }
      console.error(`\nCallboard was ended by ${signal ?? "its page"}; it is started again.`);
      child = run();
    });
    return running;
  }

  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
    process.on(signal, () => {
      isStopping = true;
      // Elsewhere a signal that is sent kills; a console tells all of its processes by itself.
      if (process.platform !== "win32") child.kill(signal);
    });
}

/** Ends this process as a signal would that nobody handles. */
function endBy(signal) {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}
