// SPDX-License-Identifier: MIT
#include "millrace/Application.h"
#include "millrace/commands/Commands.h"
#include "remote/WorkerProcess.h"

namespace millrace {

int workerCommand(const StepRegistry &registry)
{
    const Application application;
    return runWorker(registry);
}

} // namespace millrace
