// SPDX-License-Identifier: MIT
#pragma once

#include "data/Value.h"
#include "model/Gauges.h"

#include <map>
#include <string>

namespace millrace {

/// "1 lost, 4 workers on 2 hosts", "no worker yet" or "waits for the server". `cluster`: the member of the run's report.
QString elsewhereText(const Value &cluster);
/// All that is known of those workers, a line for each process that takes part or says why it doesn't.
QString elsewhereDetails(const Value &cluster);

/// Gives the steps whose workers are on that cluster these workers, in place of the batches that are under way to them, and says where they
/// are. Nothing is changed where there is no cluster.
void addElsewhere(std::map<std::string, StepGauge> &gauges, const Value &cluster);

} // namespace millrace
