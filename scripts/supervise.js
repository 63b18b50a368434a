import { spawn } from "node:child_process";

/** After this many unexpected deaths within `withinMs` it is not started again. */
const mostDeaths = 20;
const withinMs = 60_000;

/** Tells a program that it is supervised, and when the current start began, in milliseconds since 1970. */
const variable = "CALLBOARD_SUPERVISED";

/** Whether this process is the child of a supervisor that still runs. */
export const isSupervised = () => process.env[variable] !== undefined && process.connected === true;

/** Ends this process together with its supervisor, however that ends. */
export function endWithSupervisor() {
  process.once("disconnect", () => process.kill(process.pid, "SIGKILL"));
  // It must not keep the process alive.
  process.channel.unref();
}

/**
 * Runs a Node program in its own process. When a signal has ended it (`kill -9`, a crash of Node), it is restarted at once, on the ports that it has reported. Otherwise this process ends with the program's status. It passes its signals on to the program. The program may send `kill`, to be killed and restarted.
 * @param {string[]} args of Node
 */
export function supervise(args) {
  // A program that also calls this would start itself without end.
  if (isSupervised()) throw new Error("a supervised program cannot be a supervisor");
  // The supervisor ended before this program could notice; then nothing should keep running.
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
      // On Windows, sending a signal kills the process; a console notifies all of its processes itself.
      if (process.platform !== "win32") child.kill(signal);
    });
}

/** Ends this process as an unhandled signal would. */
function endBy(signal) {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}
