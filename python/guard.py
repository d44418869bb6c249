"""Runs a command that must not outlive whoever started it.

    python -I -S guard.py <command> [argument ...]

Descriptor 3 is one end of a pipe or socket whose other end the starter holds and nobody else. When it closes, the starter is gone,
however it ended, and so the command and everything in its process group is ended too: SIGTERM to the command, a short grace, SIGKILL
to the group. Standard error joins standard output, so that a log keeps its order. Other descriptors are inherited.

On POSIX the starter gives the command a process group and session of its own (setsid). This process *becomes* the command, so that its
id, signals and exit status are the command's own, and leaves a watcher behind in another group. A watcher that dies closes descriptor 3:
the starter sees it. The watcher stays in the session, so that the command's id is not given to another process while it watches.

On Windows this process stays and holds a job object, which Windows ends with it.

Python 3.8 or newer; no dependencies.
"""

import os
import sys

LINE = 3
GRACE = 2.0
STEP = 0.05


def main(command):
    if not command:
        sys.exit("usage: guard.py <command> [argument ...]")
    os.dup2(1, 2)
    if os.name == "nt":
        hold(command)
    else:
        os.set_inheritable(LINE, False)
        leave_watcher()
        try:
            os.execvp(command[0], command)
        except OSError as error:
            os.write(2, "guard: cannot start {}: {}\n".format(command[0], error.strerror).encode())
            os._exit(127 if isinstance(error, FileNotFoundError) else 126)


def leave_watcher():
    """Forks twice: the command must not have a child that it does not know, since some wait for any child."""
    leader = os.getpid()
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    if os.fork() == 0:
        try:
            watch(leader)
        finally:
            os._exit(0)
    os._exit(0)


def watch(leader):
    os.setpgid(0, 0)
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    os.closerange(LINE + 1, 256)
    wait_for_end_of_line()
    # Late imports: they would double the time to start.
    import signal
    import time

    try:
        # To the command alone: a worker's children would otherwise die under a worker that still wants to finish their tasks.
        os.kill(leader, signal.SIGTERM)
        for _ in range(int(GRACE / STEP)):
            time.sleep(STEP)
            os.kill(leader, 0)
    except OSError:
        pass
    try:
        os.killpg(leader, signal.SIGKILL)
    except OSError:
        pass


def wait_for_end_of_line():
    try:
        if os.name != "nt":
            os.set_blocking(LINE, True)
        while os.read(LINE, 512):
            pass
    except OSError:
        pass


def hold(command):
    import ctypes
    import shutil
    import subprocess
    import threading
    from ctypes import wintypes

    class BasicLimits(ctypes.Structure):
        _fields_ = [
            ("PerProcessUserTimeLimit", ctypes.c_int64),
            ("PerJobUserTimeLimit", ctypes.c_int64),
            ("LimitFlags", wintypes.DWORD),
            ("MinimumWorkingSetSize", ctypes.c_size_t),
            ("MaximumWorkingSetSize", ctypes.c_size_t),
            ("ActiveProcessLimit", wintypes.DWORD),
            ("Affinity", ctypes.c_size_t),
            ("PriorityClass", wintypes.DWORD),
            ("SchedulingClass", wintypes.DWORD),
        ]

    class ExtendedLimits(ctypes.Structure):
        _fields_ = [
            ("BasicLimitInformation", BasicLimits),
            ("IoInfo", ctypes.c_uint64 * 6),
            ("ProcessMemoryLimit", ctypes.c_size_t),
            ("JobMemoryLimit", ctypes.c_size_t),
            ("PeakProcessMemoryUsed", ctypes.c_size_t),
            ("PeakJobMemoryUsed", ctypes.c_size_t),
        ]

    EXTENDED_LIMIT_INFORMATION = 9
    KILL_ON_JOB_CLOSE = 0x2000
    kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    kernel.CreateJobObjectW.restype = wintypes.HANDLE
    kernel.CreateJobObjectW.argtypes = [ctypes.c_void_p, wintypes.LPCWSTR]
    kernel.SetInformationJobObject.argtypes = [wintypes.HANDLE, ctypes.c_int, ctypes.c_void_p, wintypes.DWORD]
    kernel.AssignProcessToJobObject.argtypes = [wintypes.HANDLE, wintypes.HANDLE]
    kernel.GetCurrentProcess.restype = wintypes.HANDLE

    # The handle is never closed: the job ends with this process, and so do all processes in it.
    job = kernel.CreateJobObjectW(None, None)
    limits = ExtendedLimits()
    limits.BasicLimitInformation.LimitFlags = KILL_ON_JOB_CLOSE
    if not (
        job
        and kernel.SetInformationJobObject(job, EXTENDED_LIMIT_INFORMATION, ctypes.byref(limits), ctypes.sizeof(limits))
        and kernel.AssignProcessToJobObject(job, kernel.GetCurrentProcess())
    ):
        sys.exit("guard: no job object: {}".format(ctypes.WinError(ctypes.get_last_error())))

    os.set_inheritable(LINE, False)
    try:
        # Not subprocess: only the C library's own spawn hands on descriptors beyond the three.
        program = shutil.which(command[0]) or command[0]
        process = os.spawnv(os.P_NOWAIT, program, [subprocess.list2cmdline([argument]) for argument in command])
    except OSError as error:
        os.write(2, "guard: cannot start {}: {}\n".format(command[0], error.strerror).encode())
        os._exit(127)

    def end():
        wait_for_end_of_line()
        os._exit(1)

    threading.Thread(target=end, daemon=True).start()
    _, status = os.waitpid(process, 0)
    os._exit((status >> 8) & 0x7FFFFFFF)


if __name__ == "__main__":
    main(sys.argv[1:])
