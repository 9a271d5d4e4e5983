// SPDX-License-Identifier: MIT
#include "process/SystemLimits.h"

#include "process/Descriptor.h"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <cxxabi.h>
#include <exception>
#include <new>
#include <typeinfo>
#include <vector>

namespace millrace {

namespace {

constexpr size_t LeastFiles = 24; // libraries that can't open theirs end the process without a word

constexpr const char *QtWithoutGlib = "QT_NO_GLIB";
bool s_isGlibLeftOut = false; ///< at the beginning of main(), and read from then on

thread_local bool t_wasRefusedMemory = false;

void noteRefusal()
{
    t_wasRefusedMemory = true;
    throw std::bad_alloc();
}

/// What was thrown where nothing may be, or found nobody that catches it. Anything but want of memory is a fault of ours, whose core
/// file is worth having.
[[noreturn]] void endAfterException()
{
    const std::type_info *const thrown =
        abi::__cxa_current_exception_type();                    // std::current_exception() may want memory
    void *const room = thrown ? nullptr : std::malloc(1 << 16); // what is thrown wants memory itself
    // Some libraries' functions that may not throw end here before it can be told what was thrown.
    const bool isWithout = thrown ? *thrown == typeid(std::bad_alloc) : !room || t_wasRefusedMemory;
    std::free(room);
    if (isWithout)
        endWithoutMemory();
    std::abort();
}

} // namespace

void takeLimitsAsErrors()
{
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);
    std::set_new_handler(noteRefusal);
    std::set_terminate(endAfterException);
}

void useQtWithoutGlib()
{
    s_isGlibLeftOut = !std::getenv(QtWithoutGlib) && ::setenv(QtWithoutGlib, "1", 0) == 0;
}

bool isForThisProcessAlone(std::string_view variable)
{
    return s_isGlibLeftOut && variable.starts_with(QtWithoutGlib);
}

void endWithoutMemory() noexcept
{
    constexpr char Text[] =
        "millrace: There is no memory left; give it more (ulimit -v, the container's limit), or let it "
        "hold less: smaller batches, shorter queues, fewer workers.\n";
    (void)!::write(STDERR_FILENO, Text, sizeof Text - 1);
    ::_exit(EXIT_FAILURE);
}

std::string fileLimitProblem()
{
    std::vector<Descriptor> opened;
    while (opened.size() < LeastFiles) {
        Descriptor one(::open("/dev/null", O_RDONLY | O_CLOEXEC));
        if (!one.isOpen())
            return "The system lets this program open only " + std::to_string(opened.size())
                   + " more files, too few to begin; raise the limit (ulimit -n 1024).";
        opened.push_back(std::move(one));
    }
    return {};
}

} // namespace millrace
