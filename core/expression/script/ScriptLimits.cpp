// SPDX-License-Identifier: MIT
#include "expression/script/ScriptLimits.h"

#include "data/errors/ErrorKind.h"
#include "data/text/NumberText.h"
#include "expression/values/Words.h"

namespace millrace {

std::string limitPassed(std::string_view kind, std::string_view what, const ScriptLimits &limits)
{
    if (kind == ErrorKind::Timeout)
        return joined({what, " took longer than the time limit of ", secondsText(limits.seconds),
                       " an item; look for a loop without end, or raise timeLimit."});
    if (kind == ErrorKind::Memory && limits.mebibytes > 0)
        return joined({what, " needs more memory than the limit of ", std::to_string(limits.mebibytes),
                       " MiB; look for values that grow without end, or raise memoryLimit."});
    if (kind == ErrorKind::Memory)
        return joined({what, " needs more memory than there is; look for values that grow without end."});
    return joined({what, " brought the script engine down; look for endless recursion and for patterns and values of "
                         "unusual size."});
}

} // namespace millrace
