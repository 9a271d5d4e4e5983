// SPDX-License-Identifier: MIT
#pragma once

#include "model/Gauges.h"
#include "pipeline/InlinedPipeline.h"

#include <map>
#include <string>
#include <vector>

namespace millrace {

/// By the id of the step that stands for them: where the steps of another pipeline begin and end.
using OuterParts = std::map<std::string, InlinedPipeline::Part>;

/// All that is in the place of the step `outer`, as one: items as they come in and go out.
StepSample insideSumOf(const std::string &outer, const OuterParts &parts, const RunSample &sample);

/// Adds what the card of a step shows that stands for another pipeline: of the steps in its place, `outer/inner`, the state of the one
/// that is worst off, and which that is: one that has failed before one with failed items, then one whose queue is full, that limits
/// the run, that works, that waits. Items count as they come in and go out; workers, failed items and memory are those of all.
/// `limits`: from when on a queue is full.
void addOuterGauges(std::map<std::string, StepGauge> &gauges,
                    const GaugeReader &reader,
                    const OuterParts &parts = {},
                    const GaugeLimits &limits = {});

/// As GaugeReader::linkGauges(), also for links to and from such steps.
std::vector<LinkGauge> outerLinkGauges(const GaugeReader &reader, const Drawing &drawing, const OuterParts &parts);

} // namespace millrace
