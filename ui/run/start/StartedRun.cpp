// SPDX-License-Identifier: MIT
#include "run/start/StartedRun.h"

#include "theme/Text.h"

#include <utility>

namespace millrace {

StartedRun startLogged(std::unique_ptr<Run> run, const std::string &text, const Problems &warnings)
{
    run->log().info({}, text);
    for (const Problem &warning : warnings)
        run->log().warn(warning.step, warning.text);
    run->start();
    StartedRun started;
    started.run = std::move(run);
    return started;
}

StartedRun refusedRun(const Error &error)
{
    StartedRun refused;
    refused.error = toQString(error.message);
    return refused;
}

} // namespace millrace
