"""Number the system calls that a worker may not make freely, by purpose.

An entry reads `name=x86_64/aarch64`; `-` means that the architecture has none.
"""

_TABLE = {
    "exec": "execve=59/221 execveat=322/281",
    "fork": "fork=57/- vfork=58/-",
    "clone": "clone=56/220",
    "clone3": "clone3=435/435",
    "signal": """
        kill=62/129 tkill=200/130 tgkill=234/131
        rt_sigqueueinfo=129/138 rt_tgsigqueueinfo=297/240
    """,
    "self or zero": "prlimit64=302/261 sched_setaffinity=203/122",
    "other processes": """
        ptrace=101/117 kcmp=312/272 process_vm_readv=310/270
        process_vm_writev=311/271 process_madvise=440/440 process_mrelease=448/448
        pidfd_open=434/434 pidfd_getfd=438/438 pidfd_send_signal=424/424
        setpriority=141/140 ioprio_set=251/30 sched_setscheduler=144/119
        sched_setparam=142/118 sched_setattr=314/274
        migrate_pages=256/238 move_pages=279/239
    """,
    "mounts": """
        mount=165/40 umount2=166/39 pivot_root=155/41 chroot=161/51
        move_mount=429/429 open_tree=428/428 open_tree_attr=467/467 fsopen=430/430
        fsmount=432/432 fsconfig=431/431 fspick=433/433 mount_setattr=442/442
        swapon=167/224 swapoff=168/225 quotactl=179/60 quotactl_fd=443/443 acct=163/89
    """,
    "namespaces": "unshare=272/97 setns=308/268",
    "identity": """
        setuid=105/146 setgid=106/144 setreuid=113/145 setregid=114/143
        setresuid=117/147 setresgid=119/149 setgroups=116/159 setfsuid=122/151
        setfsgid=123/152 capset=126/91 personality=135/92
    """,
    "kernel": """
        bpf=321/280 perf_event_open=298/241 userfaultfd=323/282
        io_uring_setup=425/425 io_uring_enter=426/426 io_uring_register=427/427
        add_key=248/217 request_key=249/218 keyctl=250/219
        init_module=175/105 finit_module=313/273 delete_module=176/106
        kexec_load=246/104 kexec_file_load=320/294 reboot=169/142 syslog=103/116
        settimeofday=164/170 clock_settime=227/112 clock_adjtime=305/266
        adjtimex=159/171 sethostname=170/161 setdomainname=171/162
        iopl=172/- ioperm=173/- modify_ldt=154/- vhangup=153/58 uselib=134/-
    """,
    "files by handle": "name_to_handle_at=303/264 open_by_handle_at=304/265",
    "watching": "fanotify_init=300/262 inotify_init=253/- inotify_init1=294/26",
    "memory shared by key": """
        shmget=29/194 shmat=30/196 shmctl=31/195 shmdt=67/197
        semget=64/190 semop=65/193 semtimedop=220/192 semctl=66/191
        msgget=68/186 msgsnd=69/189 msgrcv=70/188 msgctl=71/187
        mq_open=240/180 mq_unlink=241/181 mq_timedsend=242/182
        mq_timedreceive=243/183 mq_notify=244/184 mq_getsetattr=245/185
        memfd_create=319/279 memfd_secret=447/447
    """,
    "sockets": "socket=41/198 socketpair=53/199",
    "ownership": """
        truncate=76/45 chown=92/- fchown=93/55 lchown=94/- fchownat=260/54
        setxattr=188/5 lsetxattr=189/6 fsetxattr=190/7 setxattrat=463/463
        removexattr=197/14 lremovexattr=198/15 fremovexattr=199/16
        removexattrat=466/466 file_setattr=469/469
    """,
    "modes and times": """
        chmod=90/- fchmod=91/52 fchmodat=268/53 fchmodat2=452/452
        utime=132/- utimes=235/- utimensat=280/88 futimesat=261/-
    """,
    "by argument": "ioctl=16/29 fcntl=72/25 prctl=157/167",
    "confining": """
        landlock_create_ruleset=444/444 landlock_add_rule=445/445
        landlock_restrict_self=446/446 seccomp=317/277
    """,
}
_COLUMNS = {"x86_64": 0, "aarch64": 1}


def numbers(purpose: str, machine: str) -> dict[str, int]:
    """Return the calls of a purpose that a machine has, with their numbers."""
    column = _COLUMNS[machine]
    found = {}
    for entry in _TABLE[purpose].split():
        name, _, pair = entry.partition("=")
        if (number := pair.split("/")[column]) != "-":
            found[name] = int(number)
    return found


def all_numbers(machine: str) -> dict[str, int]:
    """Return every call of the table that a machine has, with its number."""
    return {
        name: number
        for purpose in _TABLE
        for name, number in numbers(purpose, machine).items()
    }
