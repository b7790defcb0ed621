"""What pages send, judged for its shape; whether it is right is the services' to say."""
