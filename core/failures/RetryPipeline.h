// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "failures/FailedItemsSource.h"
#include "metrics/LogRecord.h"
#include "pipeline/Pipeline.h"
#include "steps/StepType.h"

#include <string>
#include <vector>

namespace millrace {

/// A pipeline that tries failed items again, from the steps on that they failed at, and adds what comes out to the results.
struct RetryPipeline
{
    Pipeline pipeline;  ///< its sources are of FailedItemsSource::Type
    ItemsToRetry items; ///< that they give
    std::vector<LogRecord>
        others; ///< failed items that can't be tried: their source couldn't read them, or their step is gone
};

/// `records`: failed items of a run of the pipeline, which may have changed since. Fails with a sentence where none of them can be tried
/// (ErrorKind::Call), and where what comes out can't be added to the results: behind a step that looks at all items (such as sort and aggregate), one that joins, or a result that
/// nothing can be appended to.
Result<RetryPipeline> retryPipelineOf(const Pipeline &pipeline,
                                      const StepRegistry &registry,
                                      const std::vector<LogRecord> &records);

} // namespace millrace
