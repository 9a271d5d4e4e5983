// SPDX-License-Identifier: MIT
#include "calls/QtMessages.h"

#include "data/text/VisibleText.h"

#include <QString>

#include <cstdio>
#include <string>

namespace millrace {

void showQtMessagesSafely()
{
    qInstallMessageHandler([](QtMsgType type, const QMessageLogContext &context, const QString &message) {
        const std::string text = visibleText(qFormatLogMessage(type, context, message).toStdString(), LineEnds::Blank);
        std::fprintf(stderr, "%s\n", text.c_str());
    });
}

} // namespace millrace
