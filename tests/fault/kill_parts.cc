// SPDX-License-Identifier: LGPL-2.1-or-later
// Objects of C++ that are passed by value, in a program that makes such all the time and checks
// them. Its rounds go to the file that is named.
#include <cstdint>
#include <cstdlib>
#include <fcntl.h>
#include <string>
#include <sys/prctl.h>
#include <signal.h>
#include <unistd.h>

std::string left("what is to the left is longer than fits a string itself"),
	right("what is to the right is, too");

__attribute__((noinline)) std::string join(std::string a, std::string b)
{
	if (a != left || b != right)
		abort();
	return a + ", " + b;
}

int main(int, char **argv)
{
	const int fd = open(argv[1], O_WRONLY | O_CREAT, 0600);
	const size_t size = left.size() + right.size() + 2;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (uint64_t rounds = 1;; rounds++) {
		for (int i = 0; i < 1000; i++)
			if (join(left, right).size() != size)
				abort();
		if (pwrite(fd, &rounds, sizeof(rounds), 0) != sizeof(rounds))
			return 1;
	}
}
