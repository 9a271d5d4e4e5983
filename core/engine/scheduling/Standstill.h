// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

namespace millrace {

class Domain;
class RunLog;
class Stage;
struct StageGraph;

/// Who holds others back while nothing is ready and nothing at work.
struct Standstill
{
    std::vector<Domain *> windows; ///< that are full
    Stage *smallest = nullptr;     ///< of the stages whose queue is full; null: there is none
};

/// To be looked at while no pump can go on, or stages would be blamed for what they do.
Standstill findStandstill(const StageGraph &graph);

/// Gives more room to those who hold back (Parks, Bounded Scheduling of Process Networks, 1995), schedules whoever waits for it, and
/// says so in the log: windows first, else the smallest queue that a producer waits for. False: nobody holds back.
bool giveRoom(const Standstill &standstill, RunLog &log);

} // namespace millrace
