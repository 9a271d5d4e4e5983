// SPDX-License-Identifier: MIT
#include "theme/LoadedTexts.h"

#include <QImage>
#include <QTextDocument>
#include <QUrl>
#include <QVariant>

namespace millrace {

void keepTextsFromLoading()
{
    // Nothing, or no picture, would not do: Qt then tries the name as a file by itself.
    QTextDocument::setDefaultResourceProvider([](const QUrl &url) -> QVariant {
        if (url.scheme() == QLatin1String("qrc"))
            return {};
        QImage nothing(1, 1, QImage::Format_ARGB32_Premultiplied);
        nothing.fill(Qt::transparent);
        return nothing;
    });
}

} // namespace millrace
