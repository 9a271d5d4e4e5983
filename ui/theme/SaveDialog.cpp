// SPDX-License-Identifier: MIT
#include "theme/SaveDialog.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QRegularExpression>

namespace millrace {

QString askWhereToSave(QWidget *parent, const QString &title, const QString &start, const QStringList &filters)
{
    const QFileInfo proposed(start);
    QFileDialog dialog(parent, title, proposed.absolutePath());
    dialog.setAcceptMode(QFileDialog::AcceptSave);
    dialog.setFileMode(QFileDialog::AnyFile);
    dialog.setNameFilters(filters);
    const auto setSuffix = [&dialog](const QString &filter) {
        static const QRegularExpression first(QStringLiteral("\\*\\.(\\w+)"));
        dialog.setDefaultSuffix(first.match(filter).captured(1));
    };
    setSuffix(filters.value(0));
    QObject::connect(&dialog, &QFileDialog::filterSelected, &dialog, setSuffix);
    dialog.selectFile(proposed.fileName());
    return dialog.exec() == QDialog::Accepted ? dialog.selectedFiles().value(0) : QString();
}

} // namespace millrace
