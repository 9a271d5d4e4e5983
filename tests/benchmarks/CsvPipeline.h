// SPDX-License-Identifier: MIT
#pragma once

#include "Measurement.h"

#include <string>

namespace millrace::bench {

/// The peers' job on CSV lines (W5) with the program's own steps, from file to file: read.csv, formula, formula, select,
/// write.csv. `input` was made by pb::CsvJob::generate().
struct CsvPipeline
{
    std::string input, output;
    int batchSize = 256; ///< the peers' lines a batch
    int queueSize = 16;
    int samplesPerSecond = 0;
};

/// Runs it with the timer on, then compares what was written with what was read, line by line.
bool runCsvPipeline(const CsvPipeline &job, Timer &timer);

} // namespace millrace::bench
