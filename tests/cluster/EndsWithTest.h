// SPDX-License-Identifier: MIT
#pragma once

#include <QProcess>

#include <csignal>
#include <sys/prctl.h>

namespace millrace::test {

/// Before it is started: the process is killed when this one is gone, however that comes, so that nothing is left of a test that is aborted.
inline void endWithTest(QProcess &process)
{
    process.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
}

} // namespace millrace::test
