"""Fine-tuning: the reference, its checks and what is known of mistakes."""
