/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Socket addresses as text: ip(7), ipv6(7), unix(7). */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "lang/systypes.h"

static struct ij_error *malformed(const char *text)
{
	return ij_error_new(TYPE,
			    "%s is no socket address; write \"127.0.0.1:80\", \"[::1]:80\", "
			    "\"/a/path\" or \"@abstract\"",
			    ij_quote(text, strlen(text)).str);
}

/* A path, or with @ in front an abstract name, which has no end of its own. */
static struct ij_error *parse_unix(const char *text, uint8_t *bytes, size_t *size_ret)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	size_t len = strlen(text);

	if (len >= sizeof(addr.sun_path))
		return malformed(text);
	memcpy(addr.sun_path, text, len);
	if (*text == '@')
		addr.sun_path[0] = 0;
	*size_ret = offsetof(struct sockaddr_un, sun_path) + len + (*text != '@');
	memcpy(bytes, &addr, *size_ret);
	return NULL;
}

static bool parse_port(const char *text, in_port_t *ret)
{
	char *end;
	unsigned long port = strtoul(text, &end, 10);

	*ret = htons((in_port_t)port);
	return *text >= '0' && *text <= '9' && !*end && port <= UINT16_MAX;
}

struct ij_error *ij_sockaddr_parse(const char *text, uint8_t *bytes, size_t *size_ret)
{
	struct sockaddr_in6 six = {.sin6_family = AF_INET6};
	struct sockaddr_in four = {.sin_family = AF_INET};
	const char *colon = strrchr(text, ':');
	char host[INET6_ADDRSTRLEN + 2];
	in_port_t port;
	size_t len;

	if (*text == '/' || *text == '@')
		return parse_unix(text, bytes, size_ret);
	if (!colon || !parse_port(colon + 1, &port) || (size_t)(colon - text) >= sizeof(host))
		return malformed(text);
	len = (size_t)(colon - text);
	memcpy(host, text, len);
	host[len] = 0;
	if (*host == '[' && host[len - 1] == ']') {
		host[len - 1] = 0;
		if (inet_pton(AF_INET6, host + 1, &six.sin6_addr) != 1)
			return malformed(text);
		six.sin6_port = port;
		*size_ret = sizeof(six);
		memcpy(bytes, &six, sizeof(six));
		return NULL;
	}
	if (inet_pton(AF_INET, host, &four.sin_addr) != 1)
		return malformed(text);
	four.sin_port = port;
	*size_ret = sizeof(four);
	memcpy(bytes, &four, sizeof(four));
	return NULL;
}

static void print_unix(const uint8_t *bytes, size_t size, struct ij_strbuf *out)
{
	size_t off = offsetof(struct sockaddr_un, sun_path);

	for (size_t i = off; i < size && (i == off || bytes[i] || !bytes[off]); i++) {
		if (i == off && !bytes[i])
			ij_strbuf_puts(out, size > off + 1 ? "@" : "");
		else if (bytes[i] >= 0x20 && bytes[i] < 0x7f)
			ij_strbuf_add(out, (const char *)bytes + i, 1);
		else
			ij_strbuf_printf(out, "\\%03o", bytes[i]);
	}
}

static void print_bytes(const uint8_t *bytes, size_t size, struct ij_strbuf *out)
{
	for (size_t i = 0; i < size; i++)
		ij_strbuf_printf(out, "%s%02x", i ? " " : "", bytes[i]);
}

void ij_sockaddr_print(const uint8_t *bytes, size_t size, struct ij_strbuf *out)
{
	struct sockaddr_in6 six;
	struct sockaddr_in four;
	char host[INET6_ADDRSTRLEN];
	sa_family_t family = AF_UNSPEC;

	if (size >= sizeof(family))
		memcpy(&family, bytes, sizeof(family));
	if (family == AF_UNIX) {
		print_unix(bytes, size, out);
	} else if (family == AF_INET && size >= sizeof(four)) {
		memcpy(&four, bytes, sizeof(four));
		inet_ntop(AF_INET, &four.sin_addr, host, sizeof(host));
		ij_strbuf_printf(out, "%s:%u", host, ntohs(four.sin_port));
	} else if (family == AF_INET6 && size >= sizeof(six)) {
		memcpy(&six, bytes, sizeof(six));
		inet_ntop(AF_INET6, &six.sin6_addr, host, sizeof(host));
		ij_strbuf_printf(out, "[%s]:%u", host, ntohs(six.sin6_port));
	} else {
		print_bytes(bytes, size, out);
	}
}
