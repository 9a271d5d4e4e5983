// SPDX-License-Identifier: MIT
#include "millrace/run/Interrupts.h"

#include <csignal>

namespace millrace {

namespace {

volatile std::sig_atomic_t s_interrupts = 0;

void count(int)
{
    s_interrupts = s_interrupts + 1;
}

} // namespace

void countInterrupts()
{
    struct sigaction action = {};
    action.sa_handler = count;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
    struct sigaction before = {};
    if (sigaction(SIGHUP, nullptr, &before) == 0 && before.sa_handler != SIG_IGN) // as nohup leaves it
        sigaction(SIGHUP, &action, nullptr);
}

int interruptCount()
{
    return s_interrupts;
}

} // namespace millrace
