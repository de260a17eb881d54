/** A lock on Node, which has none of the system's: a file that names the process that holds it. */
import fs from "node:fs";
import process from "node:process";

/** Whether the lock is now this process's: nobody held it, or one that has ended. */
export function takeLock(lock: string): boolean {
  return takes(lock) || isDead(holderOf(lock)) && takesOver(lock);
}

/** Whether this process has made the file that stands for a lock: of several, one does. */
function takes(lock: string): boolean {
  try {
    fs.writeFileSync(lock, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Takes the place of a process that ended without giving its lock back. */
function takesOver(lock: string): boolean {
  fs.rmSync(lock, { force: true });
  return takes(lock);
}

function holderOf(lock: string): number {
  return fs.existsSync(lock) ? Number(fs.readFileSync(lock, "utf8")) : NaN;
}

/** A process whose number cannot be read is taken for one that has just begun to write it. */
function isDead(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}
