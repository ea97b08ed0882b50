/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ioctl(2), fcntl(2), prctl(2), setsockopt(2) and getsockopt(2): many calls under one name. */
#include "lang/sysspecial.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

/* Argument @idx, if the one before it, or of a socket the two before it, have these values. */
static const struct special {
	int nr;
	unsigned idx;
	uint64_t level; /* of a socket option */
	uint64_t what;
	enum ij_syskind kind;
	const char *of;
} specials[] = {
	{SYS_ioctl, 2, 0, TIOCGWINSZ, IJ_SYSKIND_OUT, "winsize"},
	{SYS_ioctl, 2, 0, TIOCSWINSZ, IJ_SYSKIND_IN, "winsize"},
	{SYS_ioctl, 2, 0, FIONREAD, IJ_SYSKIND_OUT, "int"},
	{SYS_ioctl, 2, 0, TIOCOUTQ, IJ_SYSKIND_OUT, "int"},
	{SYS_ioctl, 2, 0, FIONBIO, IJ_SYSKIND_IN, "int"},
	{SYS_ioctl, 2, 0, FIOASYNC, IJ_SYSKIND_IN, "int"},
	{SYS_ioctl, 2, 0, TIOCGPGRP, IJ_SYSKIND_OUT, "int"},
	{SYS_ioctl, 2, 0, TIOCSPGRP, IJ_SYSKIND_IN, "int"},
	{SYS_ioctl, 2, 0, TIOCGSID, IJ_SYSKIND_OUT, "int"},
	{SYS_fcntl, 2, 0, F_GETLK, IJ_SYSKIND_BOTH, "flock"},
	{SYS_fcntl, 2, 0, F_SETLK, IJ_SYSKIND_IN, "flock"},
	{SYS_fcntl, 2, 0, F_SETLKW, IJ_SYSKIND_IN, "flock"},
	{SYS_fcntl, 2, 0, F_OFD_GETLK, IJ_SYSKIND_BOTH, "flock"},
	{SYS_fcntl, 2, 0, F_OFD_SETLK, IJ_SYSKIND_IN, "flock"},
	{SYS_prctl, 1, 0, PR_GET_NAME, IJ_SYSKIND_OUT, "text16"},
	{SYS_prctl, 1, 0, PR_SET_NAME, IJ_SYSKIND_STR, ""},
	{SYS_prctl, 1, 0, PR_GET_PDEATHSIG, IJ_SYSKIND_OUT, "int"},
	{SYS_prctl, 1, 0, PR_GET_CHILD_SUBREAPER, IJ_SYSKIND_OUT, "int"},
	{SYS_prctl, 1, 0, PR_GET_UNALIGN, IJ_SYSKIND_OUT, "uint"},
	{SYS_setsockopt, 3, SOL_SOCKET, SO_RCVTIMEO, IJ_SYSKIND_IN, "timeval"},
	{SYS_setsockopt, 3, SOL_SOCKET, SO_SNDTIMEO, IJ_SYSKIND_IN, "timeval"},
	{SYS_setsockopt, 3, SOL_SOCKET, SO_LINGER, IJ_SYSKIND_IN, "linger"},
	{SYS_setsockopt, 3, SOL_SOCKET, SO_BINDTODEVICE, IJ_SYSKIND_STR, ""},
	{SYS_setsockopt, 3, IPPROTO_TCP, TCP_CONGESTION, IJ_SYSKIND_STR, ""},
	{SYS_getsockopt, 3, SOL_SOCKET, SO_RCVTIMEO, IJ_SYSKIND_OUT, "timeval"},
	{SYS_getsockopt, 3, SOL_SOCKET, SO_SNDTIMEO, IJ_SYSKIND_OUT, "timeval"},
	{SYS_getsockopt, 3, SOL_SOCKET, SO_LINGER, IJ_SYSKIND_OUT, "linger"},
	{SYS_getsockopt, 3, SOL_SOCKET, SO_PEERCRED, IJ_SYSKIND_OUT, "ucred"},
	{SYS_getsockopt, 3, IPPROTO_TCP, TCP_CONGESTION, IJ_SYSKIND_OUT, "text16"},
};

static bool fits(const struct special *special, const struct ij_syscall *call, unsigned idx)
{
	bool socket = special->nr == SYS_setsockopt || special->nr == SYS_getsockopt;

	return special->nr == call->proto.nr && special->idx == idx &&
	       special->what == (uint32_t)call->args[idx - 1].value &&
	       (!socket || special->level == call->args[idx - 2].value);
}

void ij_sysspecial(const struct ij_syscall *call, unsigned idx, struct ij_sysparam *param)
{
	for (size_t i = 0; i < IJ_COUNT(specials); i++) {
		if (!fits(&specials[i], call, idx))
			continue;
		param->kind = specials[i].kind;
		param->optional = false;
		snprintf(param->of, sizeof(param->of), "%s", specials[i].of);
		return;
	}
}
