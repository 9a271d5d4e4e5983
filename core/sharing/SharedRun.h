// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "data/Value.h"
#include "metrics/RunSample.h"

#include <string>
#include <string_view>

namespace millrace {

/// A run that goes on elsewhere, as its coordinator tells of it about once a second.
struct SharedRun
{
    std::string name;     ///< of the run on its cluster
    std::string pipeline; ///< the text of its file
    RunSample
        sample; ///< all that is counted; no more of single workers, and of quantiles what the classes of the histograms say
    Value cluster; ///< as in the report
};

/// For those who look on: the figures of metricsOf(), with what they need besides to show the run as if it were theirs.
Value sharedFigures(const RunSample &sample);
/// With these further members, as a line of text.
std::string sharedText(const RunSample &sample, const Value &cluster, const std::string &pipeline);
/// What a coordinator of the same version has told. An error is a sentence.
Result<SharedRun> readSharedRun(std::string_view text);

} // namespace millrace
