// SPDX-License-Identifier: MIT
#include "TrustSheet.h"

#include "model/Text.h"
#include "theme/Fields.h"

#include <QFontDatabase>
#include <QHBoxLayout>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QScrollArea>
#include <QVBoxLayout>

#include <algorithm>

namespace millrace {

namespace {

constexpr int MostLines = 12;            ///< of one command or script; the rest is scrolled to
constexpr int Width = 36, MostList = 16; ///< of the sheet and of what it lists, in heights of the text

/// Marks that turn the direction of reading could show another command than the one that is executed.
QString honest(const std::string &text)
{
    static const QRegularExpression turning(QStringLiteral("[\\x{202a}-\\x{202e}\\x{2066}-\\x{2069}\\x{80}-\\x{9f}]"));
    return toQString(text).replace(turning, QStringLiteral("\uFFFD"));
}

QPlainTextEdit *makeCode(const QString &text, const QString &name)
{
    auto *code = new QPlainTextEdit(text);
    code->setReadOnly(true);
    code->setTabChangesFocus(true);
    code->setAccessibleName(name);
    code->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    const int lines = std::clamp(code->blockCount() + 1, 2, MostLines);
    code->setFixedHeight(lines * code->fontMetrics().lineSpacing() + 16);
    return code;
}

} // namespace

TrustSheet::TrustSheet(const QString &file, const Executables &executables, QWidget *window)
    : QDialog(window, Qt::Sheet)
{
    setWindowTitle(tr("Programs and scripts — Millrace"));
    setWindowModality(Qt::WindowModal);
    auto *question =
        makeLabel(tr("“%1” brings along programs or scripts that you haven't run or saved before.").arg(file), "");
    auto *advice =
        makeLabel(tr("A run would execute what is below, with your rights. Run it only if you trust where it "
                     "comes from; it isn't asked again until it is changed."),
                  "muted");
    QFont font = question->font();
    font.setWeight(QFont::DemiBold);
    question->setFont(font);
    auto *cancel = new QPushButton(tr("Cancel"));
    auto *run = new QPushButton(tr("&Run and trust"));
    setStyleFlag(*run, "primary", true);
    run->setAutoDefault(false);
    cancel->setDefault(true);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(run, &QPushButton::clicked, this, &QDialog::accept);

    auto *buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(run);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 16, 16, 16);
    layout->setSpacing(10);
    for (QLabel *label : {question, advice}) {
        label->setWordWrap(true);
        label->setTextFormat(Qt::PlainText);
        layout->addWidget(label);
    }
    layout->addWidget(makeList(executables), 1);
    layout->addLayout(buttons);
    const int width = Width * fontMetrics().height();
    resize(width, layout->totalHeightForWidth(width));
    cancel->setFocus();
}

QWidget *TrustSheet::makeList(const Executables &executables)
{
    auto *list = new QWidget;
    auto *rows = new QVBoxLayout(list);
    rows->setContentsMargins(0, 0, 0, 0);
    for (const Executable &executable : executables) {
        const QString name = honest(executable.name);
        auto *label =
            makeLabel(tr("%1 (step %2, %3)").arg(name, honest(executable.step), toQString(executable.type)), "");
        label->setTextFormat(Qt::PlainText);
        rows->addWidget(label);
        rows->addWidget(makeCode(honest(executable.text), tr("What %1 would execute").arg(name)));
    }
    rows->addStretch(1);
    auto *area = new QScrollArea;
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setFocusPolicy(Qt::NoFocus);
    area->setWidget(list);
    // As high as what there is to see, as far as that goes.
    area->setMinimumHeight(std::min(list->sizeHint().height(), MostList * fontMetrics().height()));
    return area;
}

} // namespace millrace
