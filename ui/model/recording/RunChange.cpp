// SPDX-License-Identifier: MIT
#include "model/recording/RunChange.h"

#include <QCoreApplication>

namespace millrace {

QString changeText(const RunChange &change)
{
    const auto text = [&change](const char *words) {
        return QCoreApplication::translate("RunChange", words).arg(change.before, change.now);
    };
    switch (change.kind) {
    case RunChange::Kind::Workers: return text("%1 → %2 workers");
    case RunChange::Kind::QueueSize: return text("queue %1 → %2 batches");
    case RunChange::Kind::QueueBytes: return text("queue’s memory %1 → %2");
    case RunChange::Kind::ErrorPolicy: return text("on an error %1 → %2");
    }
    return {};
}

} // namespace millrace
