// SPDX-License-Identifier: MIT
// Loaded into a program before all other libraries (LD_PRELOAD), it refuses what a machine at its limits refuses. MILLRACE_REFUSE is
// KIND:FIRST:COUNT, with calls counted from the beginning of main(); COUNT 0: all from the first on. The number of calls is kept in
// the file that MILLRACE_REFUSE_CALLS names. Programs that this one starts are refused nothing.
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <spawn.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

extern "C" {
void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);
}

namespace {

enum Kind { Threads, Processes, Files, Pipes, Events, Writes, Reads, Ends, Memory, Maps, KindCount };
constexpr std::array<const char *, KindCount> Names{"threads", "processes", "files", "pipes",  "events",
                                                    "writes",  "reads",     "ends",  "memory", "maps"};

std::atomic<bool> s_isOn{false};
int s_kind = -1;
uint64_t s_first = 0, s_count = 0;
std::atomic<uint64_t> s_own{0};
std::atomic<uint64_t> *s_calls = &s_own;

/// Within Qt's thread pool, where the constructors of QObject and QThread fall if memory is refused to them halfway.
thread_local bool t_isInQt = false;

/// Whether this call is one of those that are refused.
bool refuses(Kind kind)
{
    if (kind == Memory && t_isInQt)
        return false;
    if (!s_isOn.load(std::memory_order_relaxed) || kind != s_kind)
        return false;
    const uint64_t call = s_calls->fetch_add(1) + 1;
    return call >= s_first && (s_count == 0 || call < s_first + s_count);
}

template <class Function>
Function real(const char *name)
{
    return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

int refused(int error)
{
    errno = error;
    return -1;
}

/// What is said on a terminal or through a pipe isn't on a disk that may be full.
bool isOnDisk(int descriptor)
{
    struct stat info;
    return fstat(descriptor, &info) == 0 && S_ISREG(info.st_mode);
}

/// Once it is known how often the call comes, whoever counts reads it here, however the program ends.
void shareCalls(const char *path)
{
    const int file = real<int (*)(const char *, int, ...)>("open")(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0 || ftruncate(file, sizeof *s_calls) != 0)
        return;
    void *shared = real<void *(*)(void *, size_t, int, int, int, off_t)>("mmap")(
        nullptr, sizeof *s_calls, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (shared != MAP_FAILED)
        s_calls = static_cast<std::atomic<uint64_t> *>(shared);
}

/// Memory only: Qt's own object dies of a signal while it is made without. The program sees to it that there is some.
using MakeApplication = void (*)(void *, int &, char **, int);

int (*s_main)(int, char **, char **) = nullptr;

int countedMain(int argc, char **argv, char **environment)
{
    const char *wanted = getenv("MILLRACE_REFUSE"), *path = getenv("MILLRACE_REFUSE_CALLS");
    if (wanted) {
        for (int kind = 0; kind < KindCount; ++kind) {
            const size_t length = strlen(Names[size_t(kind)]);
            if (strncmp(wanted, Names[size_t(kind)], length) != 0 || wanted[length] != ':')
                continue;
            char *rest = nullptr;
            s_first = strtoull(wanted + length + 1, &rest, 10);
            s_count = strtoull(rest + 1, nullptr, 10);
            s_kind = kind;
        }
        if (path)
            shareCalls(path);
        unsetenv("MILLRACE_REFUSE");
        unsetenv("MILLRACE_REFUSE_CALLS");
        s_isOn = true;
    }
    return s_main(argc, argv, environment);
}

} // namespace

extern "C" {

int __libc_start_main(int (*main)(int, char **, char **),
                      int argc,
                      char **argv,
                      void (*init)(),
                      void (*fini)(),
                      void (*loaderFini)(),
                      void *stackEnd)
{
    s_main = main;
    return real<decltype(&__libc_start_main)>("__libc_start_main")(countedMain, argc, argv, init, fini, loaderFini,
                                                                   stackEnd);
}

void _ZN16QCoreApplicationC1ERiPPci(void *application, int &count, char **arguments, int flags)
{
    const bool isOn = s_isOn;
    s_isOn = isOn && s_kind != Memory;
    real<MakeApplication>("_ZN16QCoreApplicationC1ERiPPci")(application, count, arguments, flags);
    s_isOn = isOn;
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument)
{
    static const auto call = real<decltype(&pthread_create)>("pthread_create");
    return refuses(Threads) ? EAGAIN : call(thread, attributes, start, argument);
}

int posix_spawn(pid_t *id,
                const char *path,
                const posix_spawn_file_actions_t *actions,
                const posix_spawnattr_t *attributes,
                char *const arguments[],
                char *const environment[])
{
    static const auto call = real<decltype(&posix_spawn)>("posix_spawn");
    return refuses(Processes) ? EAGAIN : call(id, path, actions, attributes, arguments, environment);
}

pid_t fork()
{
    static const auto call = real<decltype(&fork)>("fork");
    return refuses(Processes) ? refused(EAGAIN) : call();
}

#define REFUSE_OPEN(name) \
    int name(const char *path, int flags, ...) \
    { \
        static const auto call = real<int (*)(const char *, int, ...)>(#name); \
        va_list more; \
        va_start(more, flags); \
        const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(more, mode_t) : 0; \
        va_end(more); \
        return refuses(Files) ? refused(EMFILE) : call(path, flags, mode); \
    }
REFUSE_OPEN(open)
REFUSE_OPEN(open64)

#define REFUSE_OPENAT(name) \
    int name(int folder, const char *path, int flags, ...) \
    { \
        static const auto call = real<int (*)(int, const char *, int, ...)>(#name); \
        va_list more; \
        va_start(more, flags); \
        const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(more, mode_t) : 0; \
        va_end(more); \
        return refuses(Files) ? refused(EMFILE) : call(folder, path, flags, mode); \
    }
REFUSE_OPENAT(openat)
REFUSE_OPENAT(openat64)

#define REFUSE_STREAM(name) \
    FILE *name(const char *path, const char *mode) \
    { \
        static const auto call = real<FILE *(*)(const char *, const char *)>(#name); \
        if (!refuses(Files)) \
            return call(path, mode); \
        errno = EMFILE; \
        return nullptr; \
    }
REFUSE_STREAM(fopen)
REFUSE_STREAM(fopen64)

DIR *opendir(const char *path)
{
    static const auto call = real<decltype(&opendir)>("opendir");
    if (!refuses(Files))
        return call(path);
    errno = EMFILE;
    return nullptr;
}

int pipe2(int ends[2], int flags)
{
    static const auto call = real<decltype(&pipe2)>("pipe2");
    return refuses(Pipes) ? refused(EMFILE) : call(ends, flags);
}

int pipe(int ends[2])
{
    static const auto call = real<int (*)(int *)>("pipe");
    return refuses(Pipes) ? refused(EMFILE) : call(ends);
}

int socketpair(int domain, int type, int protocol, int ends[2])
{
    static const auto call = real<int (*)(int, int, int, int *)>("socketpair");
    return refuses(Pipes) ? refused(EMFILE) : call(domain, type, protocol, ends);
}

int eventfd(unsigned int value, int flags)
{
    static const auto call = real<decltype(&eventfd)>("eventfd");
    return refuses(Events) ? refused(EMFILE) : call(value, flags);
}

int epoll_create1(int flags)
{
    static const auto call = real<decltype(&epoll_create1)>("epoll_create1");
    return refuses(Events) ? refused(EMFILE) : call(flags);
}

int memfd_create(const char *name, unsigned int flags)
{
    static const auto call = real<decltype(&memfd_create)>("memfd_create");
    return refuses(Events) ? refused(ENOMEM) : call(name, flags);
}

ssize_t write(int descriptor, const void *bytes, size_t count)
{
    static const auto call = real<decltype(&write)>("write");
    return s_kind == Writes && isOnDisk(descriptor) && refuses(Writes) ? refused(ENOSPC)
                                                                       : call(descriptor, bytes, count);
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset)
{
    static const auto call = real<decltype(&pwrite)>("pwrite");
    return refuses(Writes) ? refused(ENOSPC) : call(descriptor, bytes, count, offset);
}

ssize_t read(int descriptor, void *bytes, size_t count)
{
    static const auto call = real<decltype(&read)>("read");
    return s_kind == Reads && isOnDisk(descriptor) && refuses(Reads) ? refused(EIO) : call(descriptor, bytes, count);
}

ssize_t pread(int descriptor, void *bytes, size_t count, off_t offset)
{
    static const auto call = real<decltype(&pread)>("pread");
    return refuses(Reads) ? refused(EIO) : call(descriptor, bytes, count, offset);
}

int fsync(int descriptor)
{
    static const auto call = real<decltype(&fsync)>("fsync");
    return refuses(Ends) ? refused(EIO) : call(descriptor);
}

int fdatasync(int descriptor)
{
    static const auto call = real<decltype(&fdatasync)>("fdatasync");
    return refuses(Ends) ? refused(EIO) : call(descriptor);
}

int rename(const char *from, const char *to)
{
    static const auto call = real<decltype(&rename)>("rename");
    return refuses(Ends) ? refused(EIO) : call(from, to);
}

int renameat2(int fromFolder, const char *from, int toFolder, const char *to, unsigned int flags)
{
    static const auto call = real<decltype(&renameat2)>("renameat2");
    return refuses(Ends) ? refused(EIO) : call(fromFolder, from, toFolder, to, flags);
}

void *mmap(void *address, size_t length, int protection, int flags, int descriptor, off_t offset)
{
    static const auto call = real<decltype(&mmap)>("mmap");
    if (!refuses(Maps))
        return call(address, length, protection, flags, descriptor, offset);
    errno = ENOMEM;
    return MAP_FAILED;
}

void *malloc(size_t size)
{
    return refuses(Memory) ? (errno = ENOMEM, nullptr) : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return refuses(Memory) ? (errno = ENOMEM, nullptr) : __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size)
{
    return refuses(Memory) ? (errno = ENOMEM, nullptr) : __libc_realloc(memory, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return refuses(Memory) ? (errno = ENOMEM, nullptr) : __libc_memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size)
{
    if (refuses(Memory))
        return ENOMEM;
    *memory = __libc_memalign(alignment, size);
    return *memory ? 0 : ENOMEM;
}

} // extern "C"

// The two calls of QThreadPool by which pumps get their threads, by their names in the library.

extern "C" void _ZN11QThreadPoolC1EP7QObject(void *self, void *parent)
{
    t_isInQt = true;
    real<void (*)(void *, void *)>("_ZN11QThreadPoolC1EP7QObject")(self, parent);
    t_isInQt = false;
}

extern "C" void _ZN11QThreadPool5startESt8functionIFvvEEi(void *self, void *task, int priority)
{
    t_isInQt = true;
    real<void (*)(void *, void *, int)>("_ZN11QThreadPool5startESt8functionIFvvEEi")(self, task, priority);
    t_isInQt = false;
}
