// SPDX-License-Identifier: MIT
#include "steps/Step.h"

#include "data/errors/ExceptionError.h"

#include <poll.h>

#include <algorithm>

namespace millrace {

std::string StepContext::resolve(const std::string &path) const
{
    if (path.empty() || path.front() == '/' || folder.empty())
        return path;
    return folder.back() == '/' ? folder + path : folder + '/' + path;
}

bool StepContext::isLinked(std::string_view port) const
{
    return std::find(linkedPorts.begin(), linkedPorts.end(), port) != linkedPorts.end();
}

bool StepContext::isInterrupted() const
{
    pollfd waited{cancelFd, POLLIN, 0};
    return cancelFd >= 0 && ::poll(&waited, 1, 0) > 0;
}

Result<> Step::fit(const Batch &)
{
    return failure(ErrorKind::Fit, "The step can't be fitted.");
}

Result<> Step::mergeFit(Step &)
{
    return failure(ErrorKind::Fit,
                   "What several workers have learnt of this step can't be brought together; fit it with one worker.");
}

Result<> Step::setState(const Value &state)
{
    if (state.isNull())
        return {};
    return failure(ErrorKind::State, "The step learns nothing, so what was saved for it doesn't belong to it.");
}

Result<> closeSafely(Step &step)
{
    return caught([&]() -> Result<> {
        step.close();
        return {};
    });
}

} // namespace millrace
