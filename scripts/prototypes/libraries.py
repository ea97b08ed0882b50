# SPDX-License-Identifier: LGPL-2.1-or-later
"""The libraries whose prototype tables are generated.

file      the library, as the compiler finds it, or the path of a program; whose functions are exported
but       libraries whose functions are left out
version   what tells the version once the first text is preprocessed, and the version that the table is of; the
          first two numbers count
texts     C, a run of the preprocessor each; of declarations of one name the first counts
folders   where headers are
policy    the files of share/policy whose functions are this library's
reviewed  true: only functions that are reviewed
"""

LIBRARIES = {
    "libc": {
        "file": "libc.so.6",
        "but": ["libm.so.6"],
        "version": ("__GLIBC__.__GLIBC_MINOR__", "2.36"),
        "texts": ["#define _GNU_SOURCE\n#include \"headers.h\"\n#include <uchar.h>\n", "#include <libgen.h>\n"],
        "policy": ["glibc-*.policy", "context.policy"],
    },
    "libm": {
        "file": "libm.so.6",
        "version": ("__GLIBC__.__GLIBC_MINOR__", "2.36"),
        "texts": ["#define _GNU_SOURCE\n#include <fenv.h>\n#include <math.h>\n"],
    },
    "libz": {
        "file": "libz.so.1",
        "version": ("ZLIB_VERSION", "1.2.13"),
        "texts": ["#include <zlib.h>\n"],
    },
    "sqlite3": {
        "file": "libsqlite3.so.0",
        "version": ("SQLITE_VERSION", "3.40.1"),
        "texts": ["#include <sqlite3.h>\n"],
    },
    "libcrypto": {
        "file": "libcrypto.so.3",
        "version": ("OPENSSL_VERSION_STR", "3.0"),
        "texts": ["#include <openssl/crypto.h>\n#include <openssl/err.h>\n#include <openssl/evp.h>\n"
                  "#include <openssl/rand.h>\n#include <openssl/sha.h>\n#include <openssl/md5.h>\n"
                  "#include <openssl/bio.h>\n#include <openssl/x509.h>\n#include <openssl/hmac.h>\n"],
        "reviewed": True,
    },
    "libssl": {
        "file": "libssl.so.3",
        "version": ("OPENSSL_VERSION_STR", "3.0"),
        "texts": ["#include <openssl/ssl.h>\n"],
        "reviewed": True,
    },
    "cpython": {
        "file": "/usr/bin/python3.11",
        "version": ("PY_VERSION", "3.11"),
        "texts": ["#include <Python.h>\n", "#include <stdio.h>\n#include <Python.h>\n"
                  "#define Py_BUILD_CORE\n#include <internal/pycore_traceback.h>\n"],
        "folders": ["/usr/include/python3.11"],
    },
    "ruby": {
        "file": "libruby-3.1.so.3.1",
        "version": ("RUBY_API_VERSION_MAJOR.RUBY_API_VERSION_MINOR", "3.1"),
        "texts": ["#include <ruby.h>\n#include <ruby/debug.h>\n#include <ruby/thread.h>\n#include <ruby/version.h>\n"],
        "folders": ["/usr/include/ruby-3.1.0", "/usr/include/x86_64-linux-gnu/ruby-3.1.0"],
    },
    "perl": {
        "file": "/usr/bin/perl",
        "version": ("PERL_REVISION.PERL_VERSION", "5.36"),
        "texts": ["#define PERL_NO_GET_CONTEXT\n#include <EXTERN.h>\n#include <perl.h>\n"],
        "folders": ["/usr/lib/x86_64-linux-gnu/perl/5.36/CORE"],
    },
    "postgres": {
        "file": "/usr/lib/postgresql/15/bin/postgres",
        "version": ("PG_MAJORVERSION_NUM.0", "15.0"),
        "texts": ["#include <postgres.h>\n#include <miscadmin.h>\n#include <access/xact.h>\n#include <access/xlog.h>\n"
                  "#include <executor/spi.h>\n#include <nodes/nodes.h>\n#include <nodes/print.h>\n"
                  "#include <postmaster/postmaster.h>\n#include <storage/bufmgr.h>\n#include <storage/fd.h>\n"
                  "#include <storage/ipc.h>\n#include <storage/lwlock.h>\n#include <storage/procarray.h>\n"
                  "#include <storage/shmem.h>\n#include <storage/smgr.h>\n#include <utils/elog.h>\n"
                  "#include <utils/guc.h>\n#include <utils/memutils.h>\n#include <utils/ps_status.h>\n"
                  "#include <utils/snapmgr.h>\n#include <utils/timestamp.h>\n#include <utils/inval.h>\n"],
        "folders": ["/usr/include/postgresql/15/server"],
        "reviewed": True,
    },
    "mimalloc": {
        "file": "libmimalloc.so.2.0",
        "version": ("2.0", "2.0"),
        "texts": ["#include <mimalloc.h>\n"],
    },
    "libgc": {
        "file": "libgc.so.1",
        "version": ("GC_TMP_VERSION_MAJOR.GC_TMP_VERSION_MINOR", "8.2"),
        "texts": ["#include <gc.h>\n"],
    },
}
