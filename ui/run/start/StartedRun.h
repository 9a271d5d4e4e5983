// SPDX-License-Identifier: MIT
#pragma once

#include "engine/Run.h"
#include "pipeline/Pipeline.h"
#include "pipeline/Problem.h"

#include <QString>

#include <memory>
#include <optional>
#include <string>

namespace millrace {

class ClusterRun;
class KeptLinks;

/// A run that was made and started, on a thread that may wait; or why there is none.
struct StartedRun
{
    std::unique_ptr<Run> run;
    bool isFitSaved = false;          ///< no pass of the fit is left, and its folder is written
    std::optional<Pipeline> pipeline; ///< that runs, where it is another one than was asked for
    uint64_t resumedFrom = 0; ///< items that the run which it goes on with had read; 0: it begins at the beginning
    std::shared_ptr<ClusterRun> cluster; ///< whose workers it has; null: none
    std::shared_ptr<KeptLinks> kept;     ///< of which conclude() is called when it has finished; null: nothing is kept
    QString told;                        ///< a sentence of what came of it, where failed items were tried again
    QString error;                       ///< a sentence; empty where nothing is wrong
};

/// Starts a run whose log begins with that text and warns of these problems.
StartedRun startLogged(std::unique_ptr<Run> run, const std::string &text, const Problems &warnings);

/// What there is where a run can't be made.
StartedRun refusedRun(const Error &error);

} // namespace millrace
